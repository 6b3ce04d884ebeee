#pragma once

#include <span>
#include <vector>

namespace foreview {

/// Test videos of neighbouring forecasts: what was promised to them and what came. Modelled scale.
struct ReliabilityBin {
  int count = 0;
  double prediction = 0, truth = 0;  // means
  double coverage = 0, width = 0;    // of the 80 % interval
};

/// The test set in (up to) ten parts of equal size by ascending prediction; fewer below 50 rows, so that each has five.
/// `truth_low`, `truth_high`: what rounding leaves of each truth, empty when all are exact; an interval that meets it
/// covers. Empty without rows, without intervals or with predictions that are not finite.
std::vector<ReliabilityBin> reliability_by_decile(std::span<const double> truth, std::span<const double> prediction,
                                                  std::span<const double> low, std::span<const double> high,
                                                  std::span<const double> truth_low,
                                                  std::span<const double> truth_high);

}  // namespace foreview
