#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluation/results.h"

namespace foreview {

/// The rows of one seed: every fold's test rows joined, with the fold each was tested in.
struct FoldedTest {
  int seed = 0;
  TestSet rows;
  std::vector<int> fold_of_row;  // from 1
};

/// One model over all seeds.
struct FoldScore {
  std::string name;
  ModelRole role = ModelRole::floor;
  Track track = Track::author_free;
  std::vector<Metrics> by_seed;            ///< over all rows of the seed at once
  std::vector<double> auc_inside_folds;    ///< by seed: mean over folds; empty unless the target is binary
  std::vector<PairedDifference> by_floor;  ///< by seed, against the best floor; empty for floors
};

/// What cross-validation found.
struct FoldScores {
  EvaluationOptions options;  // test: rows of one seed
  int folds = 0, seeds = 0;
  bool shared_encoder = false;
  std::vector<FoldScore> models;
  std::vector<Verdict> verdicts;  // by seed

  nlohmann::json to_json() const;
  std::string table() const;
};

/// Mean and standard deviation (of one seed, n - 1) over seeds; absent when a seed has no value.
struct Spread {
  double mean = 0, deviation = 0;
};
std::optional<Spread> spread_of(const std::vector<std::optional<double>>& values);

/// Joins the test rows of all folds of a seed; models that not every fold has are left out. Throws Error when a row is
/// in two folds.
FoldedTest join_folds(int seed, const std::vector<TestSet>& folds);

FoldScores score_folds(const std::vector<FoldedTest>& seeds, const EvaluationOptions& options);

}  // namespace foreview
