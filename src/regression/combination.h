#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "regression/folds.h"

namespace foreview {

/// The trained parts of a final model.
enum class Part { transformer, trees, ridge, kernel, perceptron };
inline constexpr size_t part_count = 5;
inline constexpr std::array<const char*, part_count> part_names = {"transformer", "trees", "ridge", "kernel",
                                                                   "perceptron"};

/// One number a part: a prediction of each, or the weight of each.
using PartValues = std::array<double, part_count>;

/// What the parts earn elsewhere, by a guess (docs/decisions/0006): the weights to start from.
inline constexpr PartValues usual_weights = {0.05, 0.15, 0.2, 0.5, 0.1};

/// How the parts' predictions are summed. All weights are non-negative and sum to 1, or to less where no part explains
/// anything: predictions are deviations from the mean, which has the rest.
struct Combination {
  PartValues weights{};
  std::vector<PartValues> of_fold;  ///< [folds]: in which the fold's own rows had no say
};

/// Stacking (Wolpert 1992, Breiman 1996) on predictions for rows that the parts did not see. Learnt weights are the
/// mean of those with the least squared error in a hundred draws of the Bayesian bootstrap (Rubin 1981) over groups of
/// rows, so that a part which is best only thanks to a few authors' videos gets no more than it can be sure of. They
/// are mixed with the usual weights of the parts that explain a twentieth of the labels' variance (0 when none does):
/// as few of the learnt ones, in quarters, as make the error on left-out folds no more than a hundredth worse than the
/// best mixture does. Below 10 rows the usual ones.
Combination combine_parts(const std::vector<PartValues>& predictions, const std::vector<double>& labels,
                          const Folds& folds);

double combine(const PartValues& weights, const PartValues& predictions);

}  // namespace foreview
