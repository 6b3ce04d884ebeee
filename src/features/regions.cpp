#include "features/regions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace foreview {
namespace {

/// Takes the pixels that touch `first`, itself included, out of the mask.
template <class Visit>
void take_region(Mask& mask, size_t first, size_t width, const Visit& visit) {
  std::vector<size_t> waiting;
  const auto reach = [&](size_t pixel) {
    if (!mask[pixel]) return;
    mask[pixel] = 0;
    waiting.push_back(pixel);
  };
  reach(first);
  while (!waiting.empty()) {
    const size_t pixel = waiting.back();
    waiting.pop_back();
    visit(pixel);
    if (pixel % width > 0) reach(pixel - 1);
    if (pixel % width + 1 < width) reach(pixel + 1);
    if (pixel >= width) reach(pixel - width);
    if (pixel + width < mask.size()) reach(pixel + width);
  }
}

struct Step {
  int x, y, length;
};
/// Chamfer distances (Borgefors 1986), 5 to a pixel; the others by symmetry.
constexpr std::array<Step, 8> steps_back = {
    {{-1, 0, 5}, {0, -1, 5}, {-1, -1, 7}, {1, -1, 7}, {-2, -1, 11}, {2, -1, 11}, {-1, -2, 11}, {1, -2, 11}}};

/// From each pixel of the mask to the nearest one outside it, outside the picture at the latest; 5 to a pixel.
std::vector<int> distances_inside(const Mask& mask, int width, int height) {
  std::vector<int> distances(mask.size());
  for (size_t pixel = 0; pixel < mask.size(); ++pixel) distances[pixel] = mask[pixel] ? INT32_MAX / 2 : 0;
  const auto pass = [&](int direction) {
    const int count = width * height;
    for (int i = 0; i < count; ++i) {
      const int pixel = direction > 0 ? i : count - 1 - i, x = pixel % width, y = pixel / width;
      int& own = distances[static_cast<size_t>(pixel)];
      for (const Step& step : steps_back) {
        const int from_x = x + direction * step.x, from_y = y + direction * step.y;
        const bool is_inside = from_x >= 0 && from_x < width && from_y >= 0 && from_y < height;
        const int before = is_inside ? distances[static_cast<size_t>(from_y * width + from_x)] : 0;
        own = std::min(own, before + step.length);
      }
    }
  };
  pass(1);
  pass(-1);
  return distances;
}

Region region_of(const std::vector<size_t>& pixels, const std::vector<int>& distances, size_t width) {
  Region region{.pixels = pixels.size()};
  double x = 0, y = 0;
  for (const size_t pixel : pixels) {
    x += static_cast<double>(pixel % width) / static_cast<double>(pixels.size());
    y += static_cast<double>(pixel / width) / static_cast<double>(pixels.size());
    region.inner_radius = std::max(region.inner_radius, distances[pixel] / 5.0);
  }
  for (const size_t pixel : pixels)
    region.outer_radius = std::max(region.outer_radius, 0.5 + std::hypot(static_cast<double>(pixel % width) - x,
                                                                         static_cast<double>(pixel / width) - y));
  return region;
}

}  // namespace

std::vector<Region> regions_of(const Mask& mask, int width, int height) {
  const std::vector<int> distances = distances_inside(mask, width, height);
  std::vector<Region> regions;
  Mask left = mask;
  for (size_t first = 0; first < left.size(); ++first) {
    if (!left[first]) continue;
    std::vector<size_t> pixels;
    take_region(left, first, static_cast<size_t>(width), [&](size_t pixel) { pixels.push_back(pixel); });
    regions.push_back(region_of(pixels, distances, static_cast<size_t>(width)));
  }
  return regions;
}

std::vector<size_t> region_sizes(Mask mask, int width) {
  std::vector<size_t> sizes;
  for (size_t first = 0; first < mask.size(); ++first) {
    if (!mask[first]) continue;
    sizes.push_back(0);
    take_region(mask, first, static_cast<size_t>(width), [&](size_t) { ++sizes.back(); });
  }
  return sizes;
}

Mask without_holes(const Mask& mask, int width, int height) {
  Mask ground(mask.size());
  for (size_t pixel = 0; pixel < mask.size(); ++pixel) ground[pixel] = !mask[pixel];
  const auto leave = [&](int x, int y) {
    take_region(ground, static_cast<size_t>(y * width + x), static_cast<size_t>(width), [](size_t) {});
  };
  for (int x = 0; x < width; ++x) leave(x, 0), leave(x, height - 1);
  for (int y = 0; y < height; ++y) leave(0, y), leave(width - 1, y);
  Mask filled = mask;
  for (size_t pixel = 0; pixel < mask.size(); ++pixel) filled[pixel] = mask[pixel] || ground[pixel];
  return filled;
}

Mask without_edges(const Mask& mask, int width, int height) {
  Mask inside = mask;
  const auto is_ground = [&](int x, int y) {
    return x >= 0 && x < width && y >= 0 && y < height && !mask[static_cast<size_t>(y * width + x)];
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      if (is_ground(x - 1, y) || is_ground(x + 1, y) || is_ground(x, y - 1) || is_ground(x, y + 1))
        inside[static_cast<size_t>(y * width + x)] = 0;
  return inside;
}

}  // namespace foreview
