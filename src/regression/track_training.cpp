#include <algorithm>

#include "core/random.h"
#include "regression/author_teacher.h"
#include "regression/track_model.h"

// How a track's model is fitted; track_model.cpp has what it then says.
namespace foreview {
namespace {

constexpr size_t rows_for_own_spread = 50;

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
  const std::vector<Parts> parts =
      model.fit_parts(training, std::move(task), pooled, folds, options, seed, device, progress);
  std::vector<PartValues> medians;
  for (const Parts& row : parts) medians.push_back(row.medians);
  const Combination combination = combine_parts(medians, training.labels, folds);
  model.weights_ = combination.weights;
  model.calibrate(parts, training.labels, folds, combination, scale.typical_error);
  return model;
}

// What the parts say of rows that they did not see.
std::vector<TrackModel::Parts> TrackModel::fit_parts(const TrackRows& training, FusionTask task, const Matrix& pooled,
                                                     const Folds& folds, const TrainOptions& options, uint64_t seed,
                                                     const Device& device, Progress& progress) {
  const GaussianProcessRows known = kernel_rows(training, pooled);
  std::optional<Lessons> channel_lessons;
  if (track_ == Track::author_free)
    channel_lessons = author_lessons(training.videos, training.labels, known, folds, derive_seed(seed, "teacher"));
  auto fitted_kernel =
      GaussianProcess::fit(known, training.labels, folds, {}, derive_seed(seed, "kernel"), channel_lessons);
  auto fitted_ridge = Ridge::fit_weighing_blocks(pooled, {layout_.group_of_column(), layout_.groups_of_axes()},
                                                 fitted_kernel.labels, folds);
  // What noise leads astray most learns from labels that a smooth model has calmed.
  const TrainingLabels calmed(training.labels, channel_lessons ? *channel_lessons : fitted_kernel.lessons);
  auto fitted_trees = GradientTrees::fit(pooled, calmed, folds, options.tree_rounds, derive_seed(seed, "trees"));
  ridge_ = std::move(fitted_ridge.ridge);
  trees_ = std::move(fitted_trees.trees);
  kernel_ = std::move(fitted_kernel.process);
  const KernelColumns facts = KernelColumns::of(layout_, true);
  auto fitted_perceptron = Perceptron::fit(facts.take(pooled), facts.weights(), calmed, folds,
                                           {.steps = options.perceptron_steps}, derive_seed(seed, "perceptron"));
  perceptron_ = std::move(fitted_perceptron.perceptron);
  task.taught = calmed;
  auto fitted_transformer =
      FusionEnsemble::fit(task, folds, options, derive_seed(seed, "transformer"), device, progress);
  transformer_ = std::move(fitted_transformer.ensemble);

  std::vector<Parts> parts;
  for (size_t row = 0; row < training.labels.size(); ++row) {
    const FusionOutput& output = fitted_transformer.out_of_fold[row];
    parts.push_back({.medians = {output.median, fitted_trees.out_of_fold[row], fitted_ridge.out_of_fold[row],
                                 fitted_kernel.out_of_fold[row], fitted_perceptron.out_of_fold[row]},
                     .below = output.below,
                     .above = output.above,
                     .noise = fitted_kernel.spread[row]});
  }
  return parts;
}

GaussianProcessRows TrackModel::kernel_rows(const TrackRows& training, const Matrix& pooled) const {
  const KernelColumns columns = KernelColumns::of(layout_);
  GaussianProcessRows rows{.numbers = columns.take(pooled),
                           .group_of_column = columns.group_of_column,
                           .is_narrow = columns.is_narrow,
                           .text = {},
                           .text_ends = text_score_.ends(),
                           .product_blocks = TextTerms::word_blocks};
  for (const VideoFeatures* video : training.videos) rows.text.push_back(text_score_.row(*video));
  return rows;
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

}  // namespace foreview
