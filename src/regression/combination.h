#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace foreview {

/// The trained parts of a final model.
enum class Part { transformer, trees, ridge };
inline constexpr size_t part_count = 3;

/// One number a part: a prediction of each, or the weight of each.
using PartValues = std::array<double, part_count>;

/// Non-negative weights that sum to 1 with the least squared error on validation rows, shrunk towards equal weights by
/// as much as there are few rows; equal below 10.
PartValues combination_weights(const std::vector<PartValues>& predictions, const std::vector<double>& labels);

double combine(const PartValues& weights, const PartValues& predictions);

}  // namespace foreview
