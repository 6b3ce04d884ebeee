#include "features/foreground.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "features/regions.h"

namespace foreview {
namespace {

constexpr float stands_out = 0.12f, lies_close = 0.05f;  // of the scene's light
constexpr double least_region = 1e-3, least_detail = 1e-2, least_inside = 2e-3;
constexpr double speck = 3e-3;  // of the picture

/// The picture's pixels that stand out, by the light of the scene behind them.
struct Outstanding {
  Mask mask;
  double light = 0;
};

size_t close_ones(const std::vector<float>& distances) {
  return static_cast<size_t>(std::ranges::count_if(distances, [](float distance) { return distance < lies_close; }));
}

Outstanding outstanding(const ColourPicture& picture, const Ground& of_all) {
  const Ground own = Ground::of(picture);
  std::vector<float> distances = own.distances(picture), from_all = of_all.distances(picture);
  const bool is_own = close_ones(distances) > close_ones(from_all);
  if (!is_own) distances = std::move(from_all);
  Outstanding result{.light = is_own ? own.light() : of_all.light()};
  for (const float distance : distances) result.mask.push_back(distance > stands_out);
  return result;
}

double detail_inside(const ColourPicture& picture, const Outstanding& foreground) {
  const auto eroded = [&](const Mask& mask) { return without_edges(mask, picture.width, picture.height); };
  const Mask inside = eroded(eroded(foreground.mask));
  double steps = 0, count = 0;
  for (int y = 1; y < picture.height; ++y)
    for (int x = 1; x < picture.width; ++x) {
      if (!inside[picture.place(x, y)]) continue;
      const float here = picture.at(x, y);
      steps += std::abs(here - picture.at(x - 1, y)) + std::abs(here - picture.at(x, y - 1));
      ++count;
    }
  const bool is_enough = count > least_inside * static_cast<double>(inside.size());
  return std::log((is_enough ? steps / count / foreground.light : 0) + least_detail);
}

std::vector<double> measures_of(const ColourPicture& picture, const Outstanding& foreground) {
  double pixels = 0, squares = 0;
  for (const size_t region : region_sizes(foreground.mask, picture.width)) {
    const auto size = static_cast<double>(region);
    pixels += size;
    squares += size * size;
  }
  if (pixels == 0) return {0, std::log(least_region), 0, std::log(least_detail)};
  const auto all = static_cast<double>(foreground.mask.size());
  return {pixels / all, std::log(squares / pixels / all + least_region), pixels * pixels / squares,
          detail_inside(picture, foreground)};
}

/// Thickness, its quantile, radius, compactness.
std::vector<double> sizes_of(std::vector<Region> regions, double side) {
  if (regions.empty()) return {0, 0, 0, 0};
  double pixels = 0, thickness = 0, radius = 0, compactness = 0;
  for (const Region& region : regions) {
    const auto size = static_cast<double>(region.pixels);
    pixels += size;
    thickness += size * region.inner_radius;
    radius += size * std::sqrt(size / std::numbers::pi);
    compactness += size * size / (std::numbers::pi * region.outer_radius * region.outer_radius);
  }
  const auto place = regions.begin() + static_cast<std::ptrdiff_t>(0.9 * static_cast<double>(regions.size() - 1));
  std::ranges::nth_element(regions, place, {}, &Region::inner_radius);
  return {thickness / pixels / side, place->inner_radius / side, radius / pixels / side, compactness / pixels};
}

}  // namespace

const std::vector<std::string>& foreground_measure_names() {
  static const std::vector<std::string> names = {
      "foreground_share",  "foreground_region",      "foreground_regions",
      "foreground_detail", "foreground_thickness",   "foreground_thick_quantile",
      "foreground_radius", "foreground_compactness", "foreground_count"};
  return names;
}

std::vector<double> foreground_measures(std::span<const ColourPicture> pictures) {
  const Ground of_all = Ground::of(pictures);
  const int width = pictures.front().width, height = pictures.front().height;
  std::vector<double> sums(4, 0.0);
  std::vector<Region> regions;
  for (const ColourPicture& picture : pictures) {
    const Outstanding foreground = outstanding(picture, of_all);
    const std::vector<double> own = measures_of(picture, foreground);
    for (size_t i = 0; i < own.size(); ++i) sums[i] += own[i] / static_cast<double>(pictures.size());
    for (const Region& region : regions_of(without_holes(foreground.mask, width, height), width, height))
      if (static_cast<double>(region.pixels) > speck * width * height) regions.push_back(region);
  }
  const double count = static_cast<double>(regions.size()) / static_cast<double>(pictures.size());
  const std::vector<double> sizes = sizes_of(std::move(regions), std::min(width, height));
  sums.insert(sums.end(), sizes.begin(), sizes.end());
  sums.push_back(count);
  return sums;
}

}  // namespace foreview
