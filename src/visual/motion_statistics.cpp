#include "visual/motion_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "visual/frame_scaling.h"

namespace foreview {
namespace {

constexpr float changed_by = 0.04f;  // of the grey scale
constexpr int cells = 4;             // a side

struct Grey {
  int width = 0, height = 0;
  std::vector<float> values;  // [height, width]
  float at(int x, int y) const { return values[static_cast<size_t>(y * width + x)]; }
};

Grey grey_of(const Frames& frames, const PixelBox& box, size_t frame) {
  Grey grey{.width = box.width, .height = box.height, .values = {}};
  const size_t row_bytes = static_cast<size_t>(frames.width) * 3;
  for (int y = box.top; y < box.top + box.height; ++y) {
    const uint8_t* pixel = frames.pixels.data() +
                           (frame * static_cast<size_t>(frames.height) + static_cast<size_t>(y)) * row_bytes +
                           static_cast<size_t>(box.left) * 3;
    for (int x = 0; x < box.width; ++x, pixel += 3)
      grey.values.push_back((0.299f * pixel[0] + 0.587f * pixel[1] + 0.114f * pixel[2]) / 255.0f);
  }
  return grey;
}

/// What one pair of frames says.
struct Change {
  double mean = 0, upper = 0, share = 0, gathered = 0, brightness = 0, right = 0, down = 0;
};

void add_flow(const Grey& before, const Grey& after, Change& change) {
  double xx = 1e-6, yy = 1e-6, xy = 0, xt = 0, yt = 0;
  for (int y = 1; y + 1 < before.height; ++y) {
    for (int x = 1; x + 1 < before.width; ++x) {
      const double across = (before.at(x + 1, y) - before.at(x - 1, y) + after.at(x + 1, y) - after.at(x - 1, y)) / 4;
      const double along = (before.at(x, y + 1) - before.at(x, y - 1) + after.at(x, y + 1) - after.at(x, y - 1)) / 4;
      const double time = after.at(x, y) - before.at(x, y);
      xx += across * across, yy += along * along, xy += across * along, xt += across * time, yt += along * time;
    }
  }
  const double determinant = std::max(xx * yy - xy * xy, 1e-12);
  change.right = (xy * yt - yy * xt) / determinant / before.width;
  change.down = (xy * xt - xx * yt) / determinant / before.height;
}

Change change_between(const Grey& before, const Grey& after) {
  Change change;
  std::vector<float> differences;
  std::array<double, cells * cells> sums{};
  for (int y = 0; y < before.height; ++y) {
    for (int x = 0; x < before.width; ++x) {
      const float difference = std::abs(after.at(x, y) - before.at(x, y));
      differences.push_back(difference);
      change.mean += difference;
      change.share += difference > changed_by;
      change.brightness += after.at(x, y) - before.at(x, y);
      sums[static_cast<size_t>(y * cells / before.height * cells + x * cells / before.width)] += difference;
    }
  }
  const auto count = static_cast<double>(differences.size());
  change.gathered = *std::ranges::max_element(sums) / (change.mean + 1e-6 * count);
  change.mean /= count;
  change.share /= count;
  change.brightness = std::abs(change.brightness) / count;
  const auto place = differences.begin() + static_cast<std::ptrdiff_t>(0.95 * (count - 1));
  std::nth_element(differences.begin(), place, differences.end());
  change.upper = *place;
  add_flow(before, after, change);
  return change;
}

struct OverTime {
  double mean = 0, deviation = 0, largest = 0, median = 0, roughness = 0;
};

OverTime over_time(const std::vector<Change>& changes, double Change::*member) {
  std::vector<double> values;
  for (const Change& change : changes) values.push_back(change.*member);
  OverTime result;
  const auto count = static_cast<double>(values.size());
  result.mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  for (const double value : values) result.deviation += (value - result.mean) * (value - result.mean) / count;
  result.deviation = std::sqrt(result.deviation);
  for (size_t i = 1; i < values.size(); ++i) result.roughness += std::abs(values[i] - values[i - 1]) / count;
  std::ranges::sort(values);
  result.largest = values.back();
  result.median = values[values.size() / 2];
  return result;
}

float logarithm(double value) { return static_cast<float>(std::log(value + 1e-4)); }

}  // namespace

std::vector<float> motion_statistics(const Frames& frames) {
  check_frames(frames);
  if (frames.count() == 0) return {};
  if (frames.count() == 1) return std::vector<float>(motion_statistic_count, 0.0f);
  const PixelBox box = content_of(frames);
  std::vector<Change> changes;
  Grey before = grey_of(frames, box, 0);
  for (size_t frame = 1; frame < frames.count(); ++frame) {
    Grey after = grey_of(frames, box, frame);
    changes.push_back(change_between(before, after));
    before = std::move(after);
  }
  const OverTime mean = over_time(changes, &Change::mean), share = over_time(changes, &Change::share),
                 right = over_time(changes, &Change::right), down = over_time(changes, &Change::down);
  return {logarithm(mean.mean),
          logarithm(mean.deviation),
          logarithm(mean.largest),
          logarithm(mean.median),
          logarithm(over_time(changes, &Change::upper).mean),
          static_cast<float>(share.mean),
          static_cast<float>(share.deviation),
          static_cast<float>(over_time(changes, &Change::gathered).mean),
          logarithm(over_time(changes, &Change::brightness).mean),
          logarithm(mean.roughness),
          static_cast<float>(right.mean),
          static_cast<float>(down.mean),
          static_cast<float>(right.deviation),
          static_cast<float>(down.deviation)};
}

}  // namespace foreview
