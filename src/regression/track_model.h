#pragma once

#include <array>
#include <optional>

#include "regression/author_encoder.h"
#include "regression/calibration.h"
#include "regression/combination.h"
#include "regression/floors.h"
#include "regression/fusion_ensemble.h"
#include "regression/gaussian_process.h"
#include "regression/gradient_trees.h"
#include "regression/kernel_columns.h"
#include "regression/label_scale.h"
#include "regression/perceptron.h"
#include "regression/pooled_features.h"
#include "regression/ridge.h"
#include "regression/text_score.h"

namespace foreview {

/// Rows of one split as all tracks see them: author-free tokens and standardised labels.
struct TrackRows {
  std::vector<const VideoFeatures*> videos;
  std::vector<TokenSequence> tokens;
  std::vector<double> labels;
  std::vector<LabelRange> ranges;        ///< what rounding leaves of each label
  std::vector<std::string> fold_groups;  ///< rows of one group stay in one fold; empty: alone

  std::vector<std::string> authors() const;
};

/// The trained parts of one track and their combination: transformer on token sequences, trees and ridge on pooled
/// features, kernel on pooled facts and words. Every part is fitted on all rows; predictions for rows that it did not
/// see, from fits on the other folds, weigh the parts and calibrate the intervals. Everything is on the standardised
/// scale.
class TrackModel {
 public:
  TrackModel() = default;
  static TrackModel fit(Track track, const TrackRows& training, const std::array<int, token_kinds>& dimensions,
                        const LabelScale& scale, bool binary, const TrainOptions& options, uint64_t seed,
                        const Device& device, Progress& progress);
  static Folds folds_of(Track track, const TrackRows& training, uint64_t seed);

  ScaledPrediction final_prediction(const VideoFeatures& video, const TokenSequence& tokens) const;
  ScaledPrediction part_prediction(Part part, const VideoFeatures& video, const TokenSequence& tokens) const;
  /// What the folds said of a part, or of the combination.
  CrossValidated cross_validated(std::optional<Part> part) const;
  bool knows(const std::string& author) const { return author_.knows(author); }
  /// The pooled features in the ridge's scaling: where "near" and "far" are measured.
  std::vector<double> position(const VideoFeatures& video, const TokenSequence& tokens) const;
  const std::vector<nlohmann::json>& history() const { return transformer_.history(); }

  nlohmann::json to_json() const;
  nlohmann::json trees_to_json() const { return trees_.to_json(); }
  nlohmann::json text_to_json() const { return text_score_.to_json(); }
  void store(SafetensorsFile& into) const;
  static TrackModel restore(Track track, const nlohmann::json& json, const std::string& json_file,
                            const nlohmann::json& trees, const std::string& trees_file, const nlohmann::json& text,
                            const std::string& text_file, const SafetensorsFile& from,
                            const std::array<int, token_kinds>& dimensions, const Device& device);

 private:
  /// What the parts say of one video.
  struct Parts {
    PartValues medians{};
    double below = 1, above = 1;  ///< the transformer's own spread
    double noise = 1;             ///< the kernel's
  };
  FusionTask make_task(const TrackRows& training, const std::array<int, token_kinds>& dimensions, const Folds& folds,
                       uint64_t seed);
  std::vector<Parts> fit_parts(const TrackRows& training, FusionTask task, const Matrix& pooled, const Folds& folds,
                               const TrainOptions& options, uint64_t seed, const Device& device, Progress& progress);
  GaussianProcessRows kernel_rows(const TrackRows& training, const Matrix& pooled) const;
  std::array<int, token_kinds> with_fitted_kinds(std::array<int, token_kinds> dimensions) const;
  Parts ask(std::optional<Part> only, const VideoFeatures& video, const TokenSequence& tokens) const;
  TokenSequence with_fitted_tokens(const VideoFeatures& video, const TokenSequence& tokens) const;
  ScaledPrediction part_of(Part part, const Parts& parts) const;
  ScaledPrediction blended(const Parts& parts, const PartValues& weights) const;
  void calibrate(const std::vector<Parts>& out_of_fold, const std::vector<double>& labels, const Folds& folds,
                 const Combination& combination, double typical_error);

  Track track_ = Track::author_free;
  TextScore text_score_;
  AuthorEncoder author_;
  PooledLayout layout_;
  FusionEnsemble transformer_;
  GradientTrees trees_;
  Ridge ridge_;
  GaussianProcess kernel_;
  Perceptron perceptron_;
  PartValues weights_{};
  PartValues errors_{};        ///< mean squared errors on rows that a part did not see
  double final_error_ = 0;     ///< of the combination
  bool own_spread_ = false;    ///< enough rows to trust the parts' own spreads
  double typical_spread_ = 1;  ///< the transformer's mean spread on rows it did not see
  double typical_noise_ = 1;   ///< the kernel's
  std::array<IntervalCalibration, part_count> part_intervals_;
  IntervalCalibration final_interval_;
};

}  // namespace foreview
