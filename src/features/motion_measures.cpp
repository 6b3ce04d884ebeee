#include "features/motion_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "features/typical_shift.h"
#include "visual/flow_constraint.h"
#include "visual/frame_scaling.h"
#include "visual/grey_picture.h"
#include "visual/motion_statistics.h"

namespace foreview {
namespace {

constexpr int side = 4;  // cells
constexpr size_t cells = static_cast<size_t>(side * side);
constexpr size_t bands = 3;
constexpr double still = 1e-4;  // added to what logarithms and shares are taken of

/// What one pair of frames says of each cell.
struct CellChange {
  std::array<double, cells> energy{};         // mean absolute change
  std::array<double, cells> right{}, down{};  // of the picture's width and height, a frame
};

size_t cell_of(const GreyPicture& grey, int x, int y) {
  return static_cast<size_t>(y * side / grey.height * side + x * side / grey.width);
}

CellChange change_between(const GreyPicture& before, const GreyPicture& after) {
  CellChange change;
  std::array<double, cells> count{};
  std::vector<FlowConstraint> flows(cells, FlowConstraint(/*damping=*/1e-4, /*least_determinant=*/1e-9));
  for (int y = 0; y < before.height; ++y)
    for (int x = 0; x < before.width; ++x) {
      const size_t cell = cell_of(before, x, y);
      change.energy[cell] += std::abs(after.at(x, y) - before.at(x, y));
      ++count[cell];
      if (x > 0 && y > 0 && x + 1 < before.width && y + 1 < before.height) flows[cell].add(before, after, x, y);
    }
  for (size_t cell = 0; cell < cells; ++cell) {
    change.energy[cell] /= std::max(count[cell], 1.0);
    change.right[cell] = std::clamp(flows[cell].right() / before.width, -0.1, 0.1);
    change.down[cell] = std::clamp(flows[cell].down() / before.height, -0.1, 0.1);
  }
  return change;
}

double logarithm(double value) { return std::log(value + still); }

double quantile_of(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

/// Power of a series' changes around its mean, in equal bands of the frequencies up to half the sampling rate.
std::array<double, bands> spectrum_of(const std::vector<double>& series) {
  std::array<double, bands> power{};
  const size_t count = series.size();
  const double mean = std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(count);
  for (size_t k = 1; 2 * k <= count; ++k) {
    double real = 0, imaginary = 0;
    for (size_t t = 0; t < count; ++t) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(k * t % count) / static_cast<double>(count);
      real += (series[t] - mean) * std::cos(angle);
      imaginary += (series[t] - mean) * std::sin(angle);
    }
    power[std::min(bands - 1, 2 * k * bands / (count + 1))] +=
        (real * real + imaginary * imaginary) / static_cast<double>(count);
  }
  return power;
}

void add_shares(const std::array<double, bands>& power, std::vector<double>& row) {
  const double total = std::accumulate(power.begin(), power.end(), 1e-9);
  for (const double one : power) row.push_back(one / total);
}

void add_energy(const std::vector<CellChange>& changes, std::vector<double>& row) {
  std::array<double, cells> mean{};
  std::array<double, bands> power{}, liveliest_power{};
  double jerk = 0, burst = 0;
  for (const CellChange& change : changes)
    for (size_t cell = 0; cell < cells; ++cell) mean[cell] += change.energy[cell] / static_cast<double>(changes.size());
  const auto liveliest = static_cast<size_t>(std::ranges::max_element(mean) - mean.begin());
  const double total = std::accumulate(mean.begin(), mean.end(), still);
  double entropy = 0;
  for (size_t cell = 0; cell < cells; ++cell) {
    std::vector<double> series;
    for (const CellChange& change : changes) series.push_back(change.energy[cell]);
    const auto one = spectrum_of(series);
    for (size_t band = 0; band < bands; ++band) power[band] += one[band];
    if (cell == liveliest) liveliest_power = one;
    for (size_t t = 1; t < series.size(); ++t)
      jerk += std::abs(series[t] - series[t - 1]) / static_cast<double>(series.size());
    burst += *std::ranges::max_element(series) / total;
    const double share = mean[cell] / total;
    entropy -= share > 0 ? share * std::log(share) : 0;
  }
  std::ranges::sort(mean, std::greater());
  row.push_back(mean[0] / total);
  row.push_back((mean[0] + mean[1] + mean[2] + mean[3]) / total);
  row.push_back(entropy);
  row.push_back(logarithm(mean[0]));
  add_shares(power, row);
  add_shares(liveliest_power, row);
  row.push_back(std::log(std::accumulate(power.begin(), power.end(), 1e-6)));
  row.push_back(logarithm(jerk / static_cast<double>(cells)));
  row.push_back(burst);
}

void add_flow(const std::vector<CellChange>& changes, std::vector<double>& row) {
  std::vector<double> speeds, apart, right, down;
  double turning = 0;
  for (size_t t = 0; t < changes.size(); ++t) {
    const CellChange& change = changes[t];
    double mean_right = 0, mean_down = 0, spread = 0, mean_speed = 0;
    for (size_t cell = 0; cell < cells; ++cell) {
      mean_right += change.right[cell] / cells;
      mean_down += change.down[cell] / cells;
      mean_speed += std::hypot(change.right[cell], change.down[cell]) / cells;
      if (t > 0)
        turning +=
            std::hypot(change.right[cell] - changes[t - 1].right[cell], change.down[cell] - changes[t - 1].down[cell]) /
            cells;
    }
    for (size_t cell = 0; cell < cells; ++cell)
      spread += std::hypot(change.right[cell] - mean_right, change.down[cell] - mean_down) / cells;
    speeds.push_back(mean_speed);
    apart.push_back(spread);
    right.push_back(mean_right);
    down.push_back(mean_down);
  }
  const auto count = static_cast<double>(changes.size());
  const double mean = std::accumulate(speeds.begin(), speeds.end(), 0.0) / count;
  double deviation = 0;
  for (const double speed : speeds) deviation += (speed - mean) * (speed - mean) / count;
  row.insert(row.end(), {logarithm(mean), logarithm(quantile_of(speeds, 0.9)), logarithm(std::sqrt(deviation)),
                         logarithm(std::accumulate(apart.begin(), apart.end(), 0.0) / count),
                         logarithm(turning / count), quantile_of(right, 0.5), quantile_of(down, 0.5)});
}

}  // namespace

const std::vector<std::string>& motion_measure_names() {
  static const std::vector<std::string> names = {"change_mean",
                                                 "change_deviation",
                                                 "change_largest",
                                                 "change_median",
                                                 "change_upper",
                                                 "changed_share",
                                                 "changed_share_deviation",
                                                 "change_gathered",
                                                 "brightness_change",
                                                 "change_roughness",
                                                 "flow_right",
                                                 "flow_down",
                                                 "flow_right_deviation",
                                                 "flow_down_deviation",  // motion_statistics()
                                                 "liveliest_cell_share",
                                                 "four_cells_share",
                                                 "cell_entropy",
                                                 "liveliest_cell",
                                                 "power_slow",
                                                 "power_middle",
                                                 "power_fast",
                                                 "liveliest_power_slow",
                                                 "liveliest_power_middle",
                                                 "liveliest_power_fast",
                                                 "power",
                                                 "jerk",
                                                 "burst",
                                                 "speed",
                                                 "speed_upper",
                                                 "speed_deviation",
                                                 "speed_apart",
                                                 "turning",
                                                 "cells_right",
                                                 "cells_down",
                                                 "shift_right",
                                                 "shift_down",
                                                 "shift_certainty"};
  return names;
}

std::vector<float> motion_measures(const Frames& frames) {
  std::vector<float> measures = motion_statistics(frames);
  if (frames.count() == 0) return {};
  if (frames.count() == 1) return std::vector<float>(motion_measure_names().size(), 0.0f);
  const PixelBox box = content_of(frames);
  std::vector<CellChange> changes;
  GreyPicture before = grey_picture(frames, box, 0);
  for (size_t frame = 1; frame < frames.count(); ++frame) {
    GreyPicture after = grey_picture(frames, box, frame);
    changes.push_back(change_between(before, after));
    before = std::move(after);
  }
  std::vector<double> row;
  add_energy(changes, row);
  add_flow(changes, row);
  const TypicalShift shift = typical_shift(frames);
  row.insert(row.end(), {shift.right, shift.down, shift.certainty});
  for (const double value : row) measures.push_back(static_cast<float>(value));
  return measures;
}

}  // namespace foreview
