#include "regression/track_model.h"

#include <algorithm>

#include "core/random.h"
#include "regression/author_teacher.h"
#include "regression/stored_values.h"

namespace foreview {
namespace {

constexpr size_t rows_for_own_spread = 50;
constexpr size_t transformer = static_cast<size_t>(Part::transformer), trees = static_cast<size_t>(Part::trees),
                 ridge = static_cast<size_t>(Part::ridge), kernel = static_cast<size_t>(Part::kernel),
                 perceptron = static_cast<size_t>(Part::perceptron);

}  // namespace

std::vector<std::string> TrackRows::authors() const {
  std::vector<std::string> names;
  for (const VideoFeatures* video : videos) names.push_back(video->author);
  return names;
}

// As the split puts them apart; else author-free models should not learn who is who, and author-aware ones meet the
// same authors again.
Folds TrackModel::folds_of(Track track, const TrackRows& training, uint64_t seed) {
  const auto is_set = [](const std::string& group) { return !group.empty(); };
  if (std::ranges::any_of(training.fold_groups, is_set)) return make_folds(training.fold_groups, 5, seed);
  if (track == Track::author_aware) return make_row_folds(training.labels.size(), 5, seed);
  return make_folds(training.authors(), 5, seed);
}

TrackModel TrackModel::fit(Track track, const TrackRows& training, const std::array<int, token_kinds>& dimensions,
                           const LabelScale& scale, bool binary, const TrainOptions& options, uint64_t seed,
                           const Device& device, Progress& progress) {
  TrackModel model;
  model.track_ = track;
  seed = derive_seed(seed, name_of(track));
  const Folds folds = folds_of(track, training, derive_seed(seed, "folds"));
  FusionTask task = model.make_task(training, dimensions, folds, derive_seed(seed, "author"));
  task.binary = binary;
  model.layout_.dimensions = task.dimensions;
  const Matrix pooled = model.layout_.pool(task.rows);
  const GaussianProcessRows kernel_rows = model.kernel_rows(training, pooled);
  std::optional<Lessons> channel_lessons;
  if (track == Track::author_free)
    channel_lessons =
        author_lessons(training.videos, training.labels, kernel_rows, folds, derive_seed(seed, "teacher"));
  auto fitted_kernel =
      GaussianProcess::fit(kernel_rows, training.labels, folds, {}, derive_seed(seed, "kernel"), channel_lessons);
  auto fitted_ridge = Ridge::fit(pooled, {model.layout_.half_of_column(), model.layout_.halves_of_axes()},
                                 fitted_kernel.labels, folds, true);
  // What noise leads astray most learns from labels that a smooth model has calmed.
  const TrainingLabels calmed(training.labels, channel_lessons ? *channel_lessons : fitted_kernel.lessons);
  auto fitted_trees = GradientTrees::fit(pooled, calmed, folds, options.tree_rounds, derive_seed(seed, "trees"));
  model.ridge_ = std::move(fitted_ridge.ridge);
  model.trees_ = std::move(fitted_trees.trees);
  model.kernel_ = std::move(fitted_kernel.process);
  const KernelColumns facts = KernelColumns::of(model.layout_, true);
  auto fitted_perceptron = Perceptron::fit(facts.take(pooled), facts.weights(), calmed, folds,
                                           {.steps = options.perceptron_steps}, derive_seed(seed, "perceptron"));
  model.perceptron_ = std::move(fitted_perceptron.perceptron);
  task.taught = calmed;
  auto fitted_transformer =
      FusionEnsemble::fit(task, folds, options, derive_seed(seed, "transformer"), device, progress);
  model.transformer_ = std::move(fitted_transformer.ensemble);

  std::vector<Parts> parts;
  for (size_t row = 0; row < training.labels.size(); ++row) {
    const FusionOutput& output = fitted_transformer.out_of_fold[row];
    parts.push_back({.medians = {output.median, fitted_trees.out_of_fold[row], fitted_ridge.out_of_fold[row],
                                 fitted_kernel.out_of_fold[row], fitted_perceptron.out_of_fold[row]},
                     .below = output.below,
                     .above = output.above,
                     .noise = fitted_kernel.spread[row]});
  }
  std::vector<PartValues> medians;
  for (const Parts& row : parts) medians.push_back(row.medians);
  const Combination combination = combine_parts(medians, training.labels, folds);
  model.weights_ = combination.weights;
  model.calibrate(parts, training.labels, folds, combination, scale.typical_error);
  return model;
}

GaussianProcessRows TrackModel::kernel_rows(const TrackRows& training, const Matrix& pooled) const {
  const KernelColumns columns = KernelColumns::of(layout_);
  const auto ends = text_score_.terms().ends();
  GaussianProcessRows rows{.numbers = columns.take(pooled),
                           .group_of_column = columns.group_of_column,
                           .is_narrow = columns.is_narrow,
                           .text = {},
                           .text_ends = {ends.begin(), ends.end()},
                           .product_blocks = TextTerms::word_blocks};
  for (const VideoFeatures* video : training.videos) rows.text.push_back(text_score_.row(*video));
  return rows;
}

std::array<int, token_kinds> TrackModel::with_fitted_kinds(std::array<int, token_kinds> dimensions) const {
  dimensions[static_cast<size_t>(TokenKind::text_score)] = text_score_.dimension();
  if (track_ == Track::author_aware) dimensions[static_cast<size_t>(TokenKind::author)] = AuthorEncoder::dimension;
  return dimensions;
}

// The rows as this track sees them; fits what of them depends on labels.
FusionTask TrackModel::make_task(const TrackRows& training, const std::array<int, token_kinds>& dimensions,
                                 const Folds& folds, uint64_t seed) {
  FusionTask task{.dimensions = {}, .rows = training.tokens, .labels = training.ranges};
  auto fitted_text = TextScore::fit(training.videos, training.labels, folds);
  text_score_ = std::move(fitted_text.score);
  for (size_t i = 0; i < task.rows.size(); ++i)
    for (const Token& token : fitted_text.training[i]) task.rows[i].push_back(token);
  if (track_ == Track::author_aware) {
    auto fitted = AuthorEncoder::fit(training.videos, training.labels, seed);
    author_ = std::move(fitted.encoder);
    for (size_t i = 0; i < task.rows.size(); ++i)
      for (const Token& token : fitted.training[i]) task.rows[i].push_back(token);
  }
  task.dimensions = with_fitted_kinds(dimensions);
  return task;
}

// A row's combined prediction has weights in which its own fold had no say.
void TrackModel::calibrate(const std::vector<Parts>& out_of_fold, const std::vector<double>& labels, const Folds& folds,
                           const Combination& combination, double typical_error) {
  const double rows = static_cast<double>(labels.size());
  own_spread_ = labels.size() >= rows_for_own_spread;
  double spread = 0, noise = 0;
  for (const Parts& parts : out_of_fold) {
    spread += 0.5 * (parts.below + parts.above) / rows;
    noise += parts.noise / rows;
  }
  typical_spread_ = std::max(spread, 1e-6);
  typical_noise_ = std::max(noise, 1e-6);
  const auto residual = [](double label, const ScaledPrediction& prediction) {
    return Residual{.error = label - prediction.median, .below = prediction.below, .above = prediction.above};
  };
  std::array<std::vector<Residual>, part_count> part_errors;
  std::vector<Residual> final_errors;
  for (size_t row = 0; row < labels.size(); ++row) {
    for (size_t part = 0; part < part_count; ++part) {
      part_errors[part].push_back(residual(labels[row], part_of(static_cast<Part>(part), out_of_fold[row])));
      errors_[part] += part_errors[part].back().error * part_errors[part].back().error / rows;
    }
    final_errors.push_back(
        residual(labels[row], blended(out_of_fold[row], combination.of_fold[static_cast<size_t>(folds.of_row[row])])));
    final_error_ += final_errors.back().error * final_errors.back().error / rows;
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

// What `only` says, or all parts.
TrackModel::Parts TrackModel::ask(std::optional<Part> only, const VideoFeatures& video,
                                  const TokenSequence& tokens) const {
  const auto wanted = [&](Part part) { return !only || *only == part; };
  const TokenSequence all = with_fitted_tokens(video, tokens);
  const Matrix pooled = layout_.pool(std::vector<TokenSequence>{all});
  Parts parts;
  if (wanted(Part::transformer)) {
    const FusionOutput output = transformer_.predict({all})[0];
    parts.medians[transformer] = output.median;
    parts.below = output.below;
    parts.above = output.above;
  }
  if (wanted(Part::trees)) parts.medians[trees] = trees_.predict(pooled)[0];
  if (wanted(Part::ridge)) parts.medians[ridge] = ridge_.predict(pooled.row(0));
  if (wanted(Part::perceptron))
    parts.medians[perceptron] = perceptron_.predict(KernelColumns::of(layout_, true).take(pooled.row(0)));
  if (wanted(Part::kernel)) {
    const std::vector<double> numbers = KernelColumns::of(layout_).take(pooled.row(0));
    parts.medians[kernel] = kernel_.predict(numbers, text_score_.row(video));
    parts.noise = kernel_.spread(numbers);
  }
  return parts;
}

// A part alone: with its own spread where it tells one.
ScaledPrediction TrackModel::part_of(Part part, const Parts& parts) const {
  ScaledPrediction prediction{.median = parts.medians[static_cast<size_t>(part)], .below = 1, .above = 1};
  if (!own_spread_) return prediction;
  if (part == Part::transformer) prediction.below = parts.below, prediction.above = parts.above;
  if (part == Part::kernel) prediction.below = prediction.above = parts.noise;
  return prediction;
}

// The final median; a third of its spread each is as the transformer and as the kernel see this video, a third as it is
// for all videos.
ScaledPrediction TrackModel::blended(const Parts& parts, const PartValues& weights) const {
  ScaledPrediction prediction{.median = combine(weights, parts.medians), .below = 1, .above = 1};
  if (!own_spread_) return prediction;
  const double common = 1 + parts.noise / typical_noise_;
  prediction.below = (common + parts.below / typical_spread_) / 3;
  prediction.above = (common + parts.above / typical_spread_) / 3;
  return prediction;
}

CrossValidated TrackModel::cross_validated(std::optional<Part> part) const {
  if (!part) return {.nmse = final_error_, .weight = {}};
  const auto index = static_cast<size_t>(*part);
  return {.nmse = errors_[index], .weight = weights_[index]};
}

ScaledPrediction TrackModel::final_prediction(const VideoFeatures& video, const TokenSequence& tokens) const {
  ScaledPrediction prediction = blended(ask({}, video, tokens), weights_);
  prediction.below *= final_interval_.factor();
  prediction.above *= final_interval_.factor();
  return prediction;
}

ScaledPrediction TrackModel::part_prediction(Part part, const VideoFeatures& video, const TokenSequence& tokens) const {
  ScaledPrediction prediction = part_of(part, ask(part, video, tokens));
  const double factor = part_intervals_[static_cast<size_t>(part)].factor();
  return {prediction.median, factor * prediction.below, factor * prediction.above};
}

std::vector<double> TrackModel::position(const VideoFeatures& video, const TokenSequence& tokens) const {
  return ridge_.scaled(layout_.pool(with_fitted_tokens(video, tokens)));
}

nlohmann::json TrackModel::to_json() const {
  nlohmann::json intervals = nlohmann::json::array();
  for (const auto& interval : part_intervals_) intervals.push_back(interval.to_json());
  nlohmann::json errors{{"final", final_error_}};
  for (size_t part = 0; part < part_count; ++part) errors[part_names[part]] = errors_[part];
  return {{"weights", weights_},
          {"own_spread", own_spread_},
          {"typical_spread", typical_spread_},
          {"typical_noise", typical_noise_},
          {"out_of_fold", errors},
          {"part_intervals", intervals},
          {"final_interval", final_interval_.to_json()},
          {"author", author_.to_json()},
          {"transformer", transformer_.shape_to_json()}};
}

void TrackModel::store(SafetensorsFile& into) const {
  const std::string prefix = name_of(track_) + ".";
  transformer_.store(prefix + "transformer.", into);
  ridge_.store(prefix + "ridge.", into);
  kernel_.store(prefix + "kernel.", into);
  perceptron_.store(prefix + "perceptron.", into);
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
  model.typical_noise_ = std::max(json.at("typical_noise").get<double>(), 1e-6);
  model.final_error_ = json.at("out_of_fold").at("final").get<double>();
  for (size_t part = 0; part < part_count; ++part)
    model.errors_[part] = json.at("out_of_fold").at(part_names[part]).get<double>();
  for (size_t part = 0; part < part_count; ++part)
    model.part_intervals_[part] = IntervalCalibration::from_json(json.at("part_intervals").at(part));
  model.final_interval_ = IntervalCalibration::from_json(json.at("final_interval"));
  model.transformer_ = FusionEnsemble::restore(json.at("transformer"), json_file, prefix + "transformer.", from,
                                               model.layout_.dimensions, device);
  model.ridge_ = Ridge::restore(prefix + "ridge.", from);
  model.kernel_ = GaussianProcess::restore(prefix + "kernel.", from, KernelColumns::of(model.layout_).columns.size(),
                                           model.text_score_.terms().columns());
  model.perceptron_ =
      Perceptron::restore(prefix + "perceptron.", from, KernelColumns::of(model.layout_, true).columns.size());
  require_size(prefix + "ridge.mean", model.ridge_.columns(), model.layout_.columns(), from);
  model.trees_ = GradientTrees::from_json(trees_json, model.layout_.columns(), trees_file);
  return model;
}

}  // namespace foreview
