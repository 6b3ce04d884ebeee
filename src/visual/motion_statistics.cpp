#include "visual/motion_statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "visual/flow_constraint.h"
#include "visual/frame_scaling.h"
#include "visual/grey_picture.h"

namespace foreview {
namespace {

constexpr float changed_by = 0.04f;  // of the grey scale
constexpr int cells = 4;             // a side

/// What one pair of frames says.
struct Change {
  double mean = 0, upper = 0, share = 0, gathered = 0, brightness = 0, right = 0, down = 0;
};

void add_flow(const GreyPicture& before, const GreyPicture& after, Change& change) {
  FlowConstraint flow(/*damping=*/1e-6, /*least_determinant=*/1e-12);
  for (int y = 1; y + 1 < before.height; ++y)
    for (int x = 1; x + 1 < before.width; ++x) flow.add(before, after, x, y);
  change.right = flow.right() / before.width;
  change.down = flow.down() / before.height;
}

Change change_between(const GreyPicture& before, const GreyPicture& after) {
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
  GreyPicture before = grey_picture(frames, box, 0);
  for (size_t frame = 1; frame < frames.count(); ++frame) {
    GreyPicture after = grey_picture(frames, box, frame);
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
