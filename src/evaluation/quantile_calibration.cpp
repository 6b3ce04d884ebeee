#include "evaluation/quantile_calibration.h"

#include <cmath>

#include "evaluation/checks.h"

namespace foreview {
namespace {

constexpr int levels = 19;
constexpr double normal_90 = 1.2815515655446004;  // 90 % quantile of the standard normal distribution

}  // namespace

double forecast_share_below(double value, double median, double low, double high) {
  const double deviation = (value >= median ? high - median : median - low) / normal_90;
  if (!(deviation > 0)) return value < median ? 0 : 1;
  return 0.5 * std::erfc((median - value) / (deviation * std::sqrt(2.0)));
}

std::vector<QuantileLevel> quantile_calibration(std::span<const double> truth, std::span<const double> prediction,
                                                std::span<const double> low, std::span<const double> high) {
  check_pairs(truth, prediction);
  if (truth.empty() || low.empty() || !all_finite(prediction) || !all_finite(low) || !all_finite(high)) return {};
  check_pairs(truth, low);
  check_pairs(truth, high);
  std::vector<double> shares;  // where in its own forecast each truth lies
  for (size_t i = 0; i < truth.size(); ++i)
    shares.push_back(forecast_share_below(truth[i], prediction[i], low[i], high[i]));
  std::vector<QuantileLevel> result;
  for (int step = 1; step <= levels; ++step) {
    const double level = static_cast<double>(step) / (levels + 1);
    const auto below = std::count_if(shares.begin(), shares.end(), [&](double share) { return share <= level; });
    result.push_back({level, static_cast<double>(below) / static_cast<double>(truth.size())});
  }
  return result;
}

}  // namespace foreview
