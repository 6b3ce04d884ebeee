#include "regression/combination.h"

#include <cmath>
#include <limits>

namespace foreview {
namespace {

constexpr size_t least_rows = 10;
constexpr int steps = 20;                // weights are tried in twentieths
constexpr double rows_of_equality = 20;  // equal weights count as much as so many validation rows

}  // namespace

double combine(const PartValues& weights, const PartValues& predictions) {
  double sum = 0;
  for (size_t part = 0; part < part_count; ++part) sum += weights[part] * predictions[part];
  return sum;
}

PartValues combination_weights(const std::vector<PartValues>& predictions, const std::vector<double>& labels) {
  PartValues equal;
  equal.fill(1.0 / part_count);
  if (labels.size() < least_rows) return equal;
  PartValues best = equal;
  double best_error = std::numeric_limits<double>::infinity();
  for (int a = 0; a <= steps; ++a) {
    for (int b = 0; a + b <= steps; ++b) {
      const PartValues weights = {a / double{steps}, b / double{steps}, (steps - a - b) / double{steps}};
      double error = 0;
      for (size_t i = 0; i < labels.size(); ++i) error += std::pow(combine(weights, predictions[i]) - labels[i], 2);
      if (error < best_error * (1 - 1e-12)) best_error = error, best = weights;
    }
  }
  const double share = rows_of_equality / (rows_of_equality + static_cast<double>(labels.size()));
  for (size_t part = 0; part < part_count; ++part) best[part] = (1 - share) * best[part] + share * equal[part];
  return best;
}

}  // namespace foreview
