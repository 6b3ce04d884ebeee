#include "regression/calibration.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace foreview {
namespace {

constexpr double coverage = 0.8;
constexpr size_t enough_residuals = 20;
constexpr double normal_90 = 1.2815515655446004;

}  // namespace

double student_t_90(size_t degrees) {
  constexpr double table[] = {3.0777, 1.8856, 1.6377, 1.5332, 1.4759, 1.4398, 1.4149, 1.3968, 1.3830, 1.3722};
  if (degrees == 0) return table[0];
  if (degrees <= std::size(table)) return table[degrees - 1];
  // Cornish-Fisher, Abramowitz and Stegun 26.7.5.
  const double z = normal_90, v = static_cast<double>(degrees);
  return z + (z * z * z + z) / (4 * v) + (5 * std::pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * v * v);
}

IntervalCalibration IntervalCalibration::fit(const std::vector<Residual>& residuals, double typical_error) {
  std::vector<double> scores;
  double squares = 0;
  for (const Residual& residual : residuals) {
    const double spread = std::max(residual.error < 0 ? residual.below : residual.above, 1e-6);
    scores.push_back(std::abs(residual.error) / spread);
    squares += scores.back() * scores.back();
  }
  std::ranges::sort(scores);
  const size_t count = scores.size();
  IntervalCalibration calibration;
  calibration.factor_ = 0;
  if (count > 0) {
    const auto rank = static_cast<size_t>(std::ceil(coverage * static_cast<double>(count + 1)));
    calibration.factor_ = scores[std::min(rank, count) - 1];
  }
  if (count < enough_residuals) {
    const double n = static_cast<double>(count);
    const double variance = (squares + 2 * typical_error * typical_error) / (n + 2);
    calibration.factor_ = std::max(calibration.factor_, student_t_90(std::max<size_t>(count, 2) - 1) *
                                                            std::sqrt(variance * (1 + 1 / std::max(n, 1.0))));
  }
  return calibration;
}

IntervalCalibration IntervalCalibration::from_json(const nlohmann::json& json) {
  IntervalCalibration calibration;
  calibration.factor_ = std::max(0.0, json.get<double>());
  return calibration;
}

double chance_of_reaching(double threshold, double median, double low, double high) {
  const double deviation = (threshold >= median ? high - median : median - low) / normal_90;
  if (!(deviation > 0)) return threshold <= median ? 1 : 0;
  return 0.5 * std::erfc((threshold - median) / (deviation * std::sqrt(2.0)));
}

}  // namespace foreview
