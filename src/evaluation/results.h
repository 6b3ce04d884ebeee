#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/bootstrap.h"
#include "evaluation/metrics.h"
#include "evaluation/quantile_calibration.h"
#include "evaluation/reliability.h"

namespace foreview {

enum class ModelRole { final_model, part, baseline, floor };
enum class Track { author_free, author_aware };
enum class Verdict { skill, no_skill, too_few_videos };

std::string name_of(ModelRole role);   // "final", "part", "baseline", "floor"
std::string name_of(Track track);      // "author_free", "author_aware"
std::string name_of(Verdict verdict);  // "skill", "no skill", "too few videos"
ModelRole model_role_from_name(const std::string& name);
Track track_from_name(const std::string& name);

/// What cross-validation inside the training videos said of a model.
struct CrossValidated {
  double nmse = 0;               ///< of predictions by fits that did not see the video
  std::optional<double> weight;  ///< of a part in the final model
};

/// One model's predictions for the test rows.
struct ModelPredictions {
  std::string name;  ///< "foreview", "transformer", "mean", ...
  ModelRole role = ModelRole::floor;
  Track track = Track::author_free;
  std::vector<double> prediction;  // [n] modelled scale
  std::vector<double> low, high;   // [n] or empty
  std::optional<CrossValidated> within_training = {};
};

/// A final model trained anew on less, to tell what the rest is worth.
enum class Study { ablation, learning_curve };
std::string name_of(Study study);  // "ablation", "learning_curve"
Study study_from_name(const std::string& name);

struct Variant {
  Study study = Study::ablation;
  int train = 0;                 ///< videos it was fitted on
  ModelPredictions predictions;  ///< named "without audio", "audio alone", "10 %"
};

/// Everything evaluation looks at. Vectors are parallel, [n] test rows; groups of copies count once.
struct TestSet {
  std::vector<std::string> ids;
  std::vector<double> truth, truth_raw;
  /// What rounding leaves of each truth, on both scales; empty when all are exact. An error inside is none.
  std::vector<double> truth_low, truth_high, truth_raw_low, truth_raw_high;
  std::vector<ModelPredictions> models;
  std::vector<Variant> variants;
};

struct EvaluationOptions {
  std::string target, transform, split_kind;
  bool binary = false;
  bool log1p = false;  ///< how predictions come back to the raw scale
  int train = 0, validation = 0, test = 0;
  int bootstrap_draws = 2000;
  uint64_t seed = 0;
  int least_test = 20, least_train = 40;  ///< below either: verdict "too few videos"
};

struct ModelResult {
  std::string name;
  ModelRole role = ModelRole::floor;
  Track track = Track::author_free;
  Metrics test;
  std::optional<CrossValidated> within_training;
  std::string best_floor;  ///< the one compared against; empty for floors
  std::optional<PairedDifference> against_best_floor;
  std::vector<ReliabilityBin> reliability;  ///< of final models with intervals, by ascending prediction
  std::vector<QuantileLevel> calibration;   ///< of final models with intervals, unless the target is binary
};

struct VariantResult {
  Study study = Study::ablation;
  std::string name;
  Track track = Track::author_free;
  int train = 0;
  Metrics test;
  std::optional<PairedDifference> against_final;  ///< positive: worse than the run's final model of this track
  std::string best_floor;
  std::optional<PairedDifference> against_best_floor;
};

/// The content of metrics.json.
struct Results {
  EvaluationOptions options;
  std::vector<ModelResult> models;  ///< final first, then parts, baselines, floors
  Verdict verdict = Verdict::too_few_videos;
  std::vector<VariantResult> variants;  ///< in the order given

  nlohmann::json to_json() const;
  static Results from_json(const nlohmann::json& json);
  /// For people: aligned columns, one row a model, and the verdict in a sentence.
  std::string table() const;
};

/// The best floor is the one with the lowest test nMSE (lowest MSE when undefined) among the floors a track may use:
/// author-free models are held against author-free floors, author-aware ones against all.
/// Verdict "skill": every final model's 95 % interval of the difference to its best floor lies below zero
/// (docs/metrics.md says why).
Results evaluate(const TestSet& test, const EvaluationOptions& options);

}  // namespace foreview
