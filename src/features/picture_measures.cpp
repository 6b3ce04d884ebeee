#include "features/picture_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "features/colour_picture.h"
#include "features/foreground.h"

namespace foreview {
namespace {

constexpr size_t most_frames = 32;
constexpr std::array<int, 4> steps = {1, 2, 4, 8};  // pixels
constexpr double cut_distance = 0.35;               // of grey histograms, 0 to 1

float quantile_of(std::vector<float> values, double share) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

struct Moments {
  double mean = 0, deviation = 0;
};

template <class Values, class Value>
Moments moments_of(const Values& values, const Value& value) {
  Moments moments;
  const auto count = static_cast<double>(values.size());
  for (const auto& one : values) moments.mean += value(one) / count;
  for (const auto& one : values) moments.deviation += std::pow(value(one) - moments.mean, 2) / count;
  moments.deviation = std::sqrt(moments.deviation);
  return moments;
}

void add_colours(const ColourPicture& picture, std::vector<double>& row) {
  const auto& colours = picture.colours;
  const Moments luma = moments_of(picture.luma, [](float value) { return value; });
  row.insert(row.end(), {luma.mean, luma.deviation, quantile_of(picture.luma, 0.05), quantile_of(picture.luma, 0.95)});
  const auto red_green = moments_of(colours, [](const Colour&c) { return c[0] - c[1]; }),
             yellow_blue = moments_of(colours, [](const Colour&c) { return 0.5 * (c[0] + c[1]) - c[2]; });
  row.push_back(moments_of(colours, [](const Colour& c) { return c[0] - c[2]; }).mean);
  row.push_back(moments_of(colours, [](const Colour& c) { return c[1] - 0.5 * (c[0] + c[2]); }).mean);
  row.push_back(moments_of(colours, [](const Colour& c) { return std::ranges::max(c) - std::ranges::min(c); }).mean);
  row.push_back(std::hypot(red_green.deviation, yellow_blue.deviation) +
                0.3 * std::hypot(red_green.mean, yellow_blue.mean));
}

void add_detail(const ColourPicture& picture, std::vector<double>& row) {
  double across_one = 0, along_one = 0;
  for (const int step : steps) {
    double across = 0, along = 0, count_across = 0, count_along = 0;
    for (int y = 0; y < picture.height; ++y)
      for (int x = 0; x < picture.width; ++x) {
        if (x + step < picture.width) across += std::abs(picture.at(x + step, y) - picture.at(x, y)), ++count_across;
        if (y + step < picture.height) along += std::abs(picture.at(x, y + step) - picture.at(x, y)), ++count_along;
      }
    across /= std::max(count_across, 1.0);
    along /= std::max(count_along, 1.0);
    if (step == 1) across_one = across, along_one = along;
    row.push_back(std::log(across + along + 1e-3));
  }
  row.push_back(std::log((across_one + 1e-3) / (along_one + 1e-3)));
}

Colour median_of(const ColourPicture& picture) {
  Colour median{};
  for (size_t channel = 0; channel < 3; ++channel) {
    std::vector<float> values;
    for (const Colour& colour : picture.colours) values.push_back(colour[channel]);
    median[channel] = quantile_of(std::move(values), 0.5);
  }
  return median;
}

void add_scene(const Colour& median, std::vector<double>& row) {
  const double sum = median[0] + median[1] + median[2] + 0.05;
  row.push_back(luma_of(median));
  row.push_back((median[0] - median[2]) / sum);
  row.push_back((median[1] - 0.5 * (median[0] + median[2])) / sum);
}

std::array<double, 16> histogram_of(const ColourPicture& picture) {
  std::array<double, 16> histogram{};
  for (const float luma : picture.luma)
    histogram[static_cast<size_t>(std::clamp(static_cast<int>(luma * 16), 0, 15))] +=
        1.0 / static_cast<double>(picture.luma.size());
  return histogram;
}

/// Cuts a second and the deviation of the brightness, over all frames.
void add_time(const Frames& frames, const PixelBox& box, std::vector<double>& row) {
  std::vector<double> brightness;
  std::array<double, 16> before{};
  double cuts = 0;
  for (size_t frame = 0; frame < frames.count(); ++frame) {
    const ColourPicture picture = colour_picture(frames, box, frame);
    const auto histogram = histogram_of(picture);
    double distance = 0;
    for (size_t bin = 0; bin < histogram.size(); ++bin) distance += 0.5 * std::abs(histogram[bin] - before[bin]);
    cuts += frame > 0 && distance > cut_distance;
    before = histogram;
    brightness.push_back(std::accumulate(picture.luma.begin(), picture.luma.end(), 0.0) /
                         static_cast<double>(picture.luma.size()));
  }
  const double seconds = frames.times.back() - frames.times.front();
  row.push_back(seconds > 0 ? cuts / seconds : 0);
  row.push_back(moments_of(brightness, [](double value) { return value; }).deviation);
}

}  // namespace

const std::vector<std::string>& picture_measure_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all = {
        "brightness",         "contrast",      "dark_quantile", "bright_quantile", "warmth",      "greenness",
        "saturation",         "colourfulness", "detail_1_px",   "detail_2_px",     "detail_4_px", "detail_8_px",
        "steps_across_along", "scene_light",   "scene_warmth",  "scene_greenness"};
    const auto& foreground = foreground_measure_names();
    all.insert(all.end(), foreground.begin(), foreground.end());
    all.insert(all.end(), {"cuts_a_second", "brightness_deviation"});
    return all;
  }();
  return names;
}

std::vector<float> picture_measures(const Frames& frames) {
  check_frames(frames);
  if (frames.count() == 0) return {};
  const PixelBox box = content_of(frames);
  const size_t count = std::min(frames.count(), most_frames);
  std::vector<ColourPicture> pictures;
  std::vector<double> sums;
  for (size_t i = 0; i < count; ++i) {
    pictures.push_back(colour_picture(frames, box, i * frames.count() / count));
    std::vector<double> row;
    add_colours(pictures.back(), row);
    add_detail(pictures.back(), row);
    add_scene(median_of(pictures.back()), row);
    sums.resize(row.size(), 0.0);
    for (size_t c = 0; c < row.size(); ++c) sums[c] += row[c] / static_cast<double>(count);
  }
  const std::vector<double> foreground = foreground_measures(pictures);
  sums.insert(sums.end(), foreground.begin(), foreground.end());
  add_time(frames, box, sums);
  return {sums.begin(), sums.end()};
}

}  // namespace foreview
