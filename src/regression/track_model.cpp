#include "regression/track_model.h"

#include <algorithm>

#include "core/random.h"
#include "regression/stored_values.h"

namespace foreview {
namespace {

constexpr size_t rows_for_own_spread = 20;  // validation rows
constexpr size_t transformer = static_cast<size_t>(Part::transformer), trees = static_cast<size_t>(Part::trees),
                 ridge = static_cast<size_t>(Part::ridge);

}  // namespace

std::vector<std::string> TrackRows::authors() const {
  std::vector<std::string> names;
  for (const VideoFeatures* video : videos) names.push_back(video->author);
  return names;
}

TrackModel TrackModel::fit(Track track, const TrackRows& training, const TrackRows& validation,
                           const std::array<int, token_kinds>& dimensions, const LabelScale& scale, bool binary,
                           const TrainOptions& options, uint64_t seed, const Device& device, Progress& progress) {
  TrackModel model;
  model.track_ = track;
  seed = derive_seed(seed, name_of(track));
  // Author-aware models meet the same authors again, author-free ones should not learn who is who.
  const Folds folds = track == Track::author_aware
                          ? make_row_folds(training.labels.size(), 5, derive_seed(seed, "folds"))
                          : make_folds(training.authors(), 5, derive_seed(seed, "folds"));
  FusionTask task = model.make_task(training, validation, dimensions, folds, derive_seed(seed, "author"));
  task.binary = binary;
  model.layout_.dimensions = task.dimensions;
  const Matrix pooled = model.layout_.pool(task.training);
  auto fitted_ridge = Ridge::fit(pooled, model.layout_.block_of_column(), training.labels, folds);
  auto fitted_trees =
      GradientTrees::fit(pooled, training.labels, folds, options.tree_rounds, derive_seed(seed, "trees"));
  model.ridge_ = std::move(fitted_ridge.ridge);
  model.trees_ = std::move(fitted_trees.trees);
  model.transformer_ = FusionEnsemble::train(task, options, derive_seed(seed, "transformer"), device, progress);

  std::vector<Parts> parts;
  std::vector<PartValues> medians;
  for (const TokenSequence& sequence : task.validation) {
    parts.push_back(model.all_parts(sequence));
    medians.push_back(parts.back().medians);
  }
  model.weights_ = combination_weights(medians, validation.labels);
  model.calibrate(training, parts, validation.labels, {{{}, fitted_trees.out_of_fold, fitted_ridge.out_of_fold}},
                  scale.typical_error);
  return model;
}

std::array<int, token_kinds> TrackModel::with_fitted_kinds(std::array<int, token_kinds> dimensions) const {
  dimensions[static_cast<size_t>(TokenKind::text_score)] = text_score_.dimension();
  if (track_ == Track::author_aware) dimensions[static_cast<size_t>(TokenKind::author)] = AuthorEncoder::dimension;
  return dimensions;
}

// The rows as this track sees them; fits what of them depends on labels.
FusionTask TrackModel::make_task(const TrackRows& training, const TrackRows& validation,
                                 const std::array<int, token_kinds>& dimensions, const Folds& folds, uint64_t seed) {
  FusionTask task{.dimensions = {},
                  .training = training.tokens,
                  .validation = {},
                  .training_labels = training.ranges,
                  .validation_labels = validation.ranges};
  auto fitted_text = TextScore::fit(training.videos, training.labels, folds);
  text_score_ = std::move(fitted_text.score);
  for (size_t i = 0; i < task.training.size(); ++i)
    for (const Token& token : fitted_text.training[i]) task.training[i].push_back(token);
  if (track_ == Track::author_aware) {
    auto fitted = AuthorEncoder::fit(training.videos, training.labels, seed);
    author_ = std::move(fitted.encoder);
    for (size_t i = 0; i < task.training.size(); ++i)
      for (const Token& token : fitted.training[i]) task.training[i].push_back(token);
  }
  task.dimensions = with_fitted_kinds(dimensions);
  for (size_t i = 0; i < validation.tokens.size(); ++i)
    task.validation.push_back(with_fitted_tokens(*validation.videos[i], validation.tokens[i]));
  return task;
}

// Errors on validation rows, and, for what was cross-validated, on left-out training rows.
void TrackModel::calibrate(const TrackRows& training, const std::vector<Parts>& validation,
                           const std::vector<double>& labels,
                           const std::array<std::vector<double>, part_count>& out_of_fold, double typical_error) {
  own_spread_ = validation.size() >= rows_for_own_spread;
  if (own_spread_) {
    double sum = 0;
    for (const Parts& parts : validation) sum += 0.5 * (parts.below + parts.above);
    typical_spread_ = std::max(sum / static_cast<double>(validation.size()), 1e-6);
  }
  std::array<std::vector<Residual>, part_count> part_errors;
  std::vector<Residual> final_errors;
  for (size_t i = 0; i < validation.size(); ++i) {
    for (size_t part = 0; part < part_count; ++part)
      part_errors[part].push_back({.error = labels[i] - validation[i].medians[part]});
    if (own_spread_) {
      part_errors[transformer][i].below = validation[i].below;
      part_errors[transformer][i].above = validation[i].above;
    }
    const ScaledPrediction prediction = blended(validation[i]);
    final_errors.push_back(
        {.error = labels[i] - prediction.median, .below = prediction.below, .above = prediction.above});
  }
  // The validation rows also chose the weights and the moment to stop, so errors on them alone would look too small.
  const double cross_validated = weights_[trees] + weights_[ridge];
  const double rows = static_cast<double>(training.labels.size());
  for (size_t i = 0; i < training.labels.size(); ++i) {
    const double label = training.labels[i];
    part_errors[trees].push_back({.error = label - out_of_fold[trees][i]});
    part_errors[ridge].push_back({.error = label - out_of_fold[ridge][i]});
    // The transformer is not cross-validated: it is taken to be no better than the mean of the other rows.
    const double left_out_mean = -label / (rows - 1);
    if (!own_spread_) part_errors[transformer].push_back({.error = label - left_out_mean});
    const double others = weights_[trees] * out_of_fold[trees][i] + weights_[ridge] * out_of_fold[ridge][i];
    final_errors.push_back({.error = label - (cross_validated > 0 ? others / cross_validated : left_out_mean)});
  }
  for (size_t part = 0; part < part_count; ++part)
    part_intervals_[part] = IntervalCalibration::fit(part_errors[part], typical_error);
  final_interval_ = IntervalCalibration::fit(final_errors, typical_error);
}

TokenSequence TrackModel::with_fitted_tokens(const VideoFeatures& video, const TokenSequence& tokens) const {
  TokenSequence all = tokens;
  for (const Token& token : text_score_.encode(video)) all.push_back(token);
  if (track_ == Track::author_aware)
    for (const Token& token : author_.encode(video)) all.push_back(token);
  return all;
}

TrackModel::Parts TrackModel::all_parts(const TokenSequence& tokens) const {
  Parts parts;
  const FusionOutput output = transformer_.predict({tokens})[0];
  parts.medians[transformer] = output.median;
  parts.below = output.below;
  parts.above = output.above;
  const Matrix pooled = layout_.pool(std::vector<TokenSequence>{tokens});
  parts.medians[trees] = trees_.predict(pooled)[0];
  parts.medians[ridge] = ridge_.predict(pooled.row(0));
  return parts;
}

// The final median; half of its spread is as the transformer sees this video, half as it is for all videos.
ScaledPrediction TrackModel::blended(const Parts& parts) const {
  ScaledPrediction prediction{.median = combine(weights_, parts.medians), .below = 1, .above = 1};
  if (!own_spread_) return prediction;
  prediction.below = 0.5 + 0.5 * parts.below / typical_spread_;
  prediction.above = 0.5 + 0.5 * parts.above / typical_spread_;
  return prediction;
}

ScaledPrediction TrackModel::final_prediction(const VideoFeatures& video, const TokenSequence& tokens) const {
  ScaledPrediction prediction = blended(all_parts(with_fitted_tokens(video, tokens)));
  prediction.below *= final_interval_.factor();
  prediction.above *= final_interval_.factor();
  return prediction;
}

ScaledPrediction TrackModel::part_prediction(Part part, const VideoFeatures& video, const TokenSequence& tokens) const {
  const TokenSequence all = with_fitted_tokens(video, tokens);
  const double factor = part_intervals_[static_cast<size_t>(part)].factor();
  if (part == Part::transformer) {
    const FusionOutput output = transformer_.predict({all})[0];
    return {output.median, factor * (own_spread_ ? output.below : 1), factor * (own_spread_ ? output.above : 1)};
  }
  const Matrix pooled = layout_.pool(std::vector<TokenSequence>{all});
  return {part == Part::trees ? trees_.predict(pooled)[0] : ridge_.predict(pooled.row(0)), factor, factor};
}

std::vector<double> TrackModel::position(const VideoFeatures& video, const TokenSequence& tokens) const {
  return ridge_.scaled(layout_.pool(with_fitted_tokens(video, tokens)));
}

nlohmann::json TrackModel::to_json() const {
  nlohmann::json intervals = nlohmann::json::array();
  for (const auto& interval : part_intervals_) intervals.push_back(interval.to_json());
  return {{"weights", weights_},
          {"own_spread", own_spread_},
          {"typical_spread", typical_spread_},
          {"part_intervals", intervals},
          {"final_interval", final_interval_.to_json()},
          {"author", author_.to_json()},
          {"transformer", transformer_.shape_to_json()}};
}

void TrackModel::store(SafetensorsFile& into) const {
  const std::string prefix = name_of(track_) + ".";
  transformer_.store(prefix + "transformer.", into);
  ridge_.store(prefix + "ridge.", into);
  if (track_ == Track::author_aware) author_.store(prefix + "author.", into);
}

TrackModel TrackModel::restore(Track track, const nlohmann::json& json, const std::string& json_file,
                               const nlohmann::json& trees_json, const std::string& trees_file,
                               const nlohmann::json& text, const std::string& text_file, const SafetensorsFile& from,
                               const std::array<int, token_kinds>& dimensions, const Device& device) {
  TrackModel model;
  model.track_ = track;
  const std::string prefix = name_of(track) + ".";
  model.text_score_ = TextScore::from_json(text, text_file);
  model.layout_.dimensions = model.with_fitted_kinds(dimensions);
  if (track == Track::author_aware) {
    model.author_ = AuthorEncoder::restore(json.at("author"), prefix + "author.", from);
  }
  model.weights_ = json.at("weights").get<PartValues>();
  model.own_spread_ = json.at("own_spread").get<bool>();
  model.typical_spread_ = std::max(json.at("typical_spread").get<double>(), 1e-6);
  for (size_t part = 0; part < part_count; ++part)
    model.part_intervals_[part] = IntervalCalibration::from_json(json.at("part_intervals").at(part));
  model.final_interval_ = IntervalCalibration::from_json(json.at("final_interval"));
  model.transformer_ = FusionEnsemble::restore(json.at("transformer"), json_file, prefix + "transformer.", from,
                                               model.layout_.dimensions, device);
  model.ridge_ = Ridge::restore(prefix + "ridge.", from);
  require_size(prefix + "ridge.mean", model.ridge_.columns(), model.layout_.columns(), from);
  model.trees_ = GradientTrees::from_json(trees_json, model.layout_.columns(), trees_file);
  return model;
}

}  // namespace foreview
