#include "evaluation/reliability.h"

#include <algorithm>
#include <numeric>

#include "evaluation/checks.h"

namespace foreview {

std::vector<ReliabilityBin> reliability_by_decile(std::span<const double> truth, std::span<const double> prediction,
                                                  std::span<const double> low, std::span<const double> high,
                                                  std::span<const double> truth_low,
                                                  std::span<const double> truth_high) {
  constexpr size_t most_bins = 10, least_rows = 5;
  check_pairs(truth, prediction);
  const size_t n = truth.size(), bins = std::min(most_bins, n / least_rows);
  if (bins == 0 || low.empty() || !all_finite(prediction) || !all_finite(low) || !all_finite(high)) return {};
  check_pairs(truth, low);
  check_pairs(truth, high);
  if (truth_low.empty()) truth_low = truth_high = truth;
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return prediction[a] < prediction[b]; });
  std::vector<ReliabilityBin> result;
  for (size_t b = 0; b < bins; ++b) {
    const size_t first = b * n / bins, last = (b + 1) * n / bins;
    ReliabilityBin bin{.count = static_cast<int>(last - first)};
    for (size_t i = first; i < last; ++i) {
      const size_t row = order[i];
      bin.prediction += prediction[row];
      bin.truth += truth[row];
      bin.coverage += low[row] <= truth_high[row] && truth_low[row] <= high[row] ? 1 : 0;
      bin.width += high[row] - low[row];
    }
    for (double* sum : {&bin.prediction, &bin.truth, &bin.coverage, &bin.width}) *sum /= bin.count;
    result.push_back(bin);
  }
  return result;
}

}  // namespace foreview
