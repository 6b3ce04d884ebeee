#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace foreview {

/// What predictions are judged by when they are only ranked against each other.
enum class ScoreKind { auc, r_squared };

/// AUC when the labels are 0 and 1 alone, else R².
ScoreKind score_kind_for(std::span<const double> truth);
std::string name_of(ScoreKind kind);
/// NaN where it is undefined (constant truth). More is better.
double score_of(ScoreKind kind, std::span<const double> truth, std::span<const double> prediction);

/// A gain in score with its 95 % interval: positive is better.
struct PairedGain {
  double gain = 0, low = 0, high = 0;
};

/// score(model) - score(reference), by a paired percentile bootstrap that draws whole groups (Davison and Hinkley 1997,
/// 3.8): rows of one author or source are no independent witnesses. Rows with an empty group are a group each. Several
/// predictions of one row (seeds of a model) are given as several vectors; scores are averaged over them within a draw.
PairedGain paired_group_bootstrap(ScoreKind kind, std::span<const double> truth,
                                  const std::vector<std::vector<double>>& model,
                                  const std::vector<std::vector<double>>& reference,
                                  const std::vector<std::string>& groups, int draws, uint64_t seed);

}  // namespace foreview
