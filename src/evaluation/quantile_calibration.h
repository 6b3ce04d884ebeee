#pragma once

#include <span>
#include <vector>

namespace foreview {

/// How often the truth stayed below a quantile that was promised.
struct QuantileLevel {
  double level = 0;     // promised, 0 to 1
  double observed = 0;  // share of the test rows
};

/// Share of the two-piece normal distribution (Wallis 2014) with this median and 80 % interval that lies below `value`:
/// what a forecast of three numbers says of all others.
double forecast_share_below(double value, double median, double low, double high);

/// The levels 0.05, 0.10, ..., 0.95 (Gneiting, Balabdaoui and Raftery 2007). Empty without rows, without intervals, or
/// with numbers that are not finite.
std::vector<QuantileLevel> quantile_calibration(std::span<const double> truth, std::span<const double> prediction,
                                                std::span<const double> low, std::span<const double> high);

}  // namespace foreview
