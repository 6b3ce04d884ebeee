#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace foreview {

/// The trained parts of a final model.
enum class Part { transformer, trees, ridge, kernel, perceptron };
inline constexpr size_t part_count = 5;
inline constexpr std::array<const char*, part_count> part_names = {"transformer", "trees", "ridge", "kernel",
                                                                   "perceptron"};

/// One number a part: a prediction of each, or the weight of each.
using PartValues = std::array<double, part_count>;

/// Non-negative weights that sum to 1 with the least squared error on predictions for rows that the parts did not see
/// (stacking, Wolpert 1992, Breiman 1996), shrunk by 30 % towards equal weights of the parts that count, and towards
/// equal weights of those that explain a twentieth of the labels' variance (of all when none does) by as much as there
/// are few rows; equal below 10. Where that costs more than a twentieth of the squared error, because one part is far
/// better than the others, the shrinkage is halved, halved again, and left out.
PartValues combination_weights(const std::vector<PartValues>& predictions, const std::vector<double>& labels);

double combine(const PartValues& weights, const PartValues& predictions);

}  // namespace foreview
