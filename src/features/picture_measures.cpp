#include "features/picture_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "visual/frame_scaling.h"

namespace foreview {
namespace {

constexpr size_t most_frames = 32;
constexpr std::array<int, 4> steps = {1, 2, 4, 8};  // pixels
constexpr float away_from_median = 0.12f;           // in some channel
constexpr float far_from_median = 0.3f;             // of the brightest parts' luma
constexpr double cut_distance = 0.35;               // of grey histograms, 0 to 1

using Colour = std::array<float, 3>;

float luma_of(const Colour& colour) { return 0.299f * colour[0] + 0.587f * colour[1] + 0.114f * colour[2]; }

/// One frame's picture. [height, width]
struct Picture {
  int width = 0, height = 0;
  std::vector<Colour> colours;
  std::vector<float> luma;
  float at(int x, int y) const { return luma[static_cast<size_t>(y * width + x)]; }
};

Picture picture_of(const Frames& frames, const PixelBox& box, size_t frame) {
  Picture picture{.width = box.width, .height = box.height, .colours = {}, .luma = {}};
  const size_t row_bytes = static_cast<size_t>(frames.width) * 3;
  for (int y = box.top; y < box.top + box.height; ++y) {
    const uint8_t* pixel = frames.pixels.data() +
                           (frame * static_cast<size_t>(frames.height) + static_cast<size_t>(y)) * row_bytes +
                           static_cast<size_t>(box.left) * 3;
    for (int x = 0; x < box.width; ++x, pixel += 3) {
      const Colour colour = {pixel[0] / 255.0f, pixel[1] / 255.0f, pixel[2] / 255.0f};
      picture.colours.push_back(colour);
      picture.luma.push_back(luma_of(colour));
    }
  }
  return picture;
}

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

void add_colours(const Picture& picture, std::vector<double>& row) {
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

void add_detail(const Picture& picture, std::vector<double>& row) {
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

Colour median_of(const Picture& picture) {
  Colour median{};
  for (size_t channel = 0; channel < 3; ++channel) {
    std::vector<float> values;
    for (const Colour& colour : picture.colours) values.push_back(colour[channel]);
    median[channel] = quantile_of(std::move(values), 0.5);
  }
  return median;
}

float distance(const Colour& a, const Colour& b) {
  return std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])});
}

void add_foreground(const Picture& picture, const Colour& median, std::vector<double>& row) {
  double away = 0, runs = 0;
  for (int y = 0; y < picture.height; ++y) {
    bool before = false;
    for (int x = 0; x < picture.width; ++x) {
      const bool is_away =
          distance(picture.colours[static_cast<size_t>(y * picture.width + x)], median) > away_from_median;
      away += is_away;
      runs += is_away && !before;
      before = is_away;
    }
  }
  row.push_back(away / static_cast<double>(picture.colours.size()));
  row.push_back(std::log((away + 1) / (runs + 1) / picture.width));
}

void add_scene(const Picture& picture, const Colour& median, std::vector<double>& row) {
  const double sum = median[0] + median[1] + median[2] + 0.05;
  row.push_back(luma_of(median));
  row.push_back((median[0] - median[2]) / sum);
  row.push_back((median[1] - 0.5 * (median[0] + median[2])) / sum);
  const float far = far_from_median * (quantile_of(picture.luma, 0.95) + 0.05f);
  const auto is_far = [&](const Colour& colour) { return distance(colour, median) > far; };
  row.push_back(static_cast<double>(std::ranges::count_if(picture.colours, is_far)) /
                static_cast<double>(picture.colours.size()));
}

std::array<double, 16> histogram_of(const Picture& picture) {
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
    const Picture picture = picture_of(frames, box, frame);
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
  static const std::vector<std::string> names = {
      "brightness",          "contrast",     "dark_quantile",      "bright_quantile",      "warmth",
      "greenness",           "saturation",   "colourfulness",      "detail_1_px",          "detail_2_px",
      "detail_4_px",         "detail_8_px",  "steps_across_along", "foreground_share",     "foreground_run",
      "scene_light",         "scene_warmth", "scene_greenness",    "foreground_share_far", "cuts_a_second",
      "brightness_deviation"};
  return names;
}

std::vector<float> picture_measures(const Frames& frames) {
  check_frames(frames);
  if (frames.count() == 0) return {};
  const PixelBox box = content_of(frames);
  const size_t count = std::min(frames.count(), most_frames);
  std::vector<double> sums;
  for (size_t i = 0; i < count; ++i) {
    const Picture picture = picture_of(frames, box, i * frames.count() / count);
    std::vector<double> row;
    add_colours(picture, row);
    add_detail(picture, row);
    const Colour median = median_of(picture);
    add_foreground(picture, median, row);
    add_scene(picture, median, row);
    sums.resize(row.size(), 0.0);
    for (size_t c = 0; c < row.size(); ++c) sums[c] += row[c] / static_cast<double>(count);
  }
  add_time(frames, box, sums);
  return {sums.begin(), sums.end()};
}

}  // namespace foreview
