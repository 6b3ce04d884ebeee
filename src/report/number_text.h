#pragma once

#include <optional>
#include <string>

namespace foreview {

/// "21.1M", "178K", "1,635", "0.42": three significant digits, as sites write counts.
std::string count_text(double value);
/// "0.613", "1.52e+04", and an en dash for what is undefined.
std::string figure_text(const std::optional<double>& value);
/// "79 %", and an en dash for what is undefined.
std::string percent_text(const std::optional<double>& share);
/// "+0.012" with a real minus sign.
std::string signed_text(double value);

}  // namespace foreview
