#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "foreview/error.h"

// What every formula asks of its input. Internal to this folder.
namespace foreview {

/// Throws Error when two series that belong together differ in length.
inline void check_pairs(std::span<const double> truth, std::span<const double> other) {
  if (truth.size() != other.size())
    throw Error({.file = "",
                 .problem = "a metric was given series of different lengths",
                 .expected = fmt::format("{} values", truth.size()),
                 .got = fmt::format("{}", other.size()),
                 .advice = "give one prediction a test row"});
}

/// Compared value by value: a variance computed by sums may miss zero by rounding.
inline bool is_constant(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

inline bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

}  // namespace foreview
