#include "report/number_text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace foreview {
namespace {

constexpr const char* kUndefined = "–";
constexpr const char* kMinus = "−";

std::string with_real_minus(std::string text) {
  if (!text.empty() && text.front() == '-') text.replace(0, 1, kMinus);
  return text;
}

std::string scaled(double value, double unit, const char* suffix) {
  const double shown = value / unit;
  const double size = std::abs(shown);
  const int decimals = size >= 99.5 || shown == std::floor(shown) ? 0 : 1;
  return fmt::format("{:.{}f}{}", shown, decimals, suffix);
}

}  // namespace

std::string count_text(double value) {
  if (!std::isfinite(value)) return kUndefined;
  static constexpr std::array<std::pair<double, const char*>, 3> kUnits{{{1e9, "B"}, {1e6, "M"}, {1e3, "K"}}};
  for (const auto& [unit, suffix] : kUnits) {
    const double least = unit == 1e3 ? 9999.5 : 0.9995 * unit;
    if (std::abs(value) >= 1e15) break;
    if (std::abs(value) >= least) return with_real_minus(scaled(value, unit, suffix));
  }
  if (std::abs(value) >= 1e15) return with_real_minus(fmt::format("{:.2e}", value));
  if (std::abs(value) >= 999.5) {
    const long whole = std::lround(std::abs(value));
    return fmt::format("{}{},{:03}", value < 0 ? kMinus : "", whole / 1000, whole % 1000);
  }
  return with_real_minus(std::abs(value) >= 99.5 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value));
}

std::string figure_text(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return kUndefined;
  if (std::abs(*value) >= 1000) return with_real_minus(fmt::format("{:.3g}", *value));
  return with_real_minus(fmt::format("{:.3f}", *value));
}

std::string percent_text(const std::optional<double>& share) {
  if (!share || !std::isfinite(*share)) return kUndefined;
  return with_real_minus(fmt::format("{:.0f} %", 100 * *share));
}

std::string signed_text(double value) {
  if (!std::isfinite(value)) return kUndefined;
  return with_real_minus(std::abs(value) >= 1000 ? fmt::format("{:+.3g}", value) : fmt::format("{:+.3f}", value));
}

}  // namespace foreview
