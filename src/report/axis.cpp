#include "report/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/number_text.h"

namespace foreview {
namespace {

constexpr double kMargin = 0.04;  // of the span, at each end

struct Range {
  double low = 0, high = 0;
};

Range range_of(const std::vector<double>& values) {
  Range range{INFINITY, -INFINITY};
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  if (range.low > range.high) return {0, 1};
  const double least = 1e-9 * std::max(1.0, std::abs(range.high));
  if (range.high - range.low < least) {
    const double half = std::max(0.5 * std::abs(range.high), 0.5);
    return {range.low - half, range.high + half};
  }
  return range;
}

Range widened(const Range& range) {
  const double margin = kMargin * (range.high - range.low);
  return {range.low - margin, range.high + margin};
}

// The step of 1, 2 or 5 times a power of ten that gives about five ticks.
double round_step(double span) {
  const double rough = span / 6;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double multiple : {1.0, 2.0, 5.0})
    if (multiple * power >= rough) return multiple * power;
  return 10 * power;
}

std::string tick_text(double value, double step) {
  if (std::abs(value) < 1e-9 * step) return "0";
  if (step >= 1) return count_text(value);
  if (step < 1e-4) return fmt::format("{:.1e}", value);
  const int decimals = static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
  const std::string text = fmt::format("{:.{}f}", std::abs(value), decimals);
  return value < 0 ? "−" + text : text;
}

void add_linear_ticks(Axis& axis) {
  const double step = round_step(axis.high - axis.low);
  const double first = std::ceil(axis.low / step);
  for (int i = 0; i < 20; ++i) {
    const double value = (first + i) * step;
    if (value > axis.high) break;
    axis.ticks.push_back({value, tick_text(value, step)});
  }
}

double largest_size(const std::vector<double>& values) {
  const Range range = range_of(values);
  return std::max(std::abs(range.low), std::abs(range.high));
}

}  // namespace

Axis linear_axis(const std::vector<double>& values, const std::string& label, bool from_zero) {
  Range range = range_of(values);
  if (from_zero && range.low > 0) range.low = 0;
  const Range wide = widened(range);
  Axis axis{.low = from_zero && range.low == 0 ? 0 : wide.low, .high = wide.high, .label = label, .ticks = {}};
  add_linear_ticks(axis);
  return axis;
}

Axis log1p_axis(const std::vector<double>& values, const std::string& label) {
  const Range range = widened(range_of(values));
  Axis axis{.low = range.low, .high = range.high, .label = label, .ticks = {}};
  if (axis.low <= 0) axis.ticks.push_back({0, "0"});
  for (int power = 0; power <= 15; ++power) {
    const double count = std::pow(10.0, power);
    const double position = std::log1p(count);
    if (position >= axis.low && position <= axis.high) axis.ticks.push_back({position, count_text(count)});
  }
  if (axis.ticks.size() >= 2) return axis;
  axis.ticks.clear();  // less than two powers of ten: mark round steps of the logarithm by their counts
  add_linear_ticks(axis);
  for (Axis::Tick& tick : axis.ticks) tick.label = count_text(std::expm1(tick.position));
  return axis;
}

Axis factor_axis(const std::vector<double>& values, const std::string& label) {
  const double end = std::max(1.08 * largest_size(values), std::log(2.2));
  Axis axis{.low = -end, .high = end, .label = label, .ticks = {{0, "equal"}}};
  const double step = end > std::log(200) ? 100 : end > std::log(12) ? 10 : 2;
  double factor = step;
  for (int i = 0; i < 6 && std::log(factor) < end; ++i, factor *= step) {
    axis.ticks.push_back({std::log(factor), "×" + count_text(factor)});
    axis.ticks.push_back({-std::log(factor), "÷" + count_text(factor)});
  }
  return axis;
}

Axis symmetric_axis(const std::vector<double>& values, const std::string& label) {
  const double end = std::max(1.08 * largest_size(values), 1e-6);
  Axis axis{.low = -end, .high = end, .label = label, .ticks = {}};
  add_linear_ticks(axis);
  return axis;
}

}  // namespace foreview
