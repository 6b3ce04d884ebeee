#pragma once

#include <cstdint>
#include <span>

namespace foreview {

/// Difference in nMSE with its 95 % interval: negative is better.
struct PairedDifference {
  double delta = 0;  // nMSE(model) - nMSE(reference)
  double low = 0, high = 0;
};

/// Paired percentile bootstrap over test rows (both models see the same rows of each draw; the variance in nMSE's
/// denominator is taken of the drawn rows). `draws` >= 2,000.
PairedDifference paired_bootstrap_nmse(std::span<const double> truth, std::span<const double> model,
                                       std::span<const double> reference, int draws, uint64_t seed);

}  // namespace foreview
