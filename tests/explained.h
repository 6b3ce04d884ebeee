#pragma once

#include <cmath>
#include <vector>

namespace foreview::testing {

/// R2: the share of the labels' variance that predictions explain.
inline double explained(const std::vector<double>& predictions, const std::vector<double>& labels) {
  double mean = 0, error = 0, variance = 0;
  for (const double label : labels) mean += label / static_cast<double>(labels.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    error += std::pow(predictions[i] - labels[i], 2);
    variance += std::pow(labels[i] - mean, 2);
  }
  return 1 - error / variance;
}

}  // namespace foreview::testing
