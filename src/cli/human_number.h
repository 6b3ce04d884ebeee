#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace foreview::cli {

/// "21.1M", "178K", "1635", "0.42": three significant digits, as sites write counts.
inline std::string human_number(double value) {
  const double size = std::abs(value);
  const auto scaled = [&](double unit, const char* suffix) {
    const double shown = value / unit;
    return fmt::format("{:.{}f}{}", shown, std::abs(shown) < 99.95 ? 1 : 0, suffix);
  };
  if (size >= 999.5e6) return scaled(1e9, "B");
  if (size >= 999.5e3) return scaled(1e6, "M");
  if (size >= 9999.5) return scaled(1e3, "K");
  if (size >= 100) return fmt::format("{:.0f}", value);
  return fmt::format("{:.3g}", value);
}

}  // namespace foreview::cli
