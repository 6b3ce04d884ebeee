#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace foreview {

/// A number with the interval that its rounding leaves: "21.1M" is 21.1e6 within [21.05e6, 21.15e6].
/// An exact value has low == value == high.
struct Quantity {
  double value = 0;
  double low = 0;
  double high = 0;

  static Quantity exact(double value) { return {value, value, value}; }
  bool is_exact() const { return low == high; }
};

/// Why a text is no count, e.g. "\"abc\" is no number".
struct NotACount {
  std::string reason;
};

/// Counts as people and sites write them: "1635", "21.1M", "177.6K". Ambiguous or impossible text is refused with the
/// reason, never guessed.
std::variant<Quantity, NotACount> parse_count(std::string_view text);

}  // namespace foreview
