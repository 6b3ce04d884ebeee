#include "regression/forecast_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/interrupt.h"
#include "core/progress.h"
#include "core/random.h"
#include "evaluation/metrics.h"
#include "foreview/error.h"
#include "regression/forecast_model_impl.h"

namespace foreview {
namespace {

constexpr size_t most_reference_rows = 2000;

std::vector<double> modelled_labels(const std::vector<LabelledVideo>& videos, const Target& target) {
  std::vector<double> labels;
  for (const LabelledVideo& video : videos) {
    labels.push_back(target.forward(video.label.value));
    if (!std::isfinite(labels.back()))
      throw Error({.file = video.features.id,
                   .problem = fmt::format("its {} cannot be modelled", target.name),
                   .expected = target.transform == Transform::log1p ? "a number of 0 or more" : "a finite number",
                   .got = fmt::format("{}", video.label.value),
                   .advice = "correct the label or choose --transform none"});
  }
  return labels;
}

LabelRange range_of(const LabelledVideo& video, double label, const Target& target, const LabelScale& scale) {
  const double low = target.forward(video.label.low), high = target.forward(video.label.high);
  if (!(low <= label && label <= high) || !std::isfinite(low) || !std::isfinite(high))
    return {scale.standardise(label), scale.standardise(label)};
  return {scale.standardise(low), scale.standardise(high)};
}

TrackRows make_rows(const std::vector<LabelledVideo>& videos, const std::vector<double>& labels, const Target& target,
                    const LabelScale& scale) {
  TrackRows rows;
  for (size_t i = 0; i < videos.size(); ++i) {
    rows.videos.push_back(&videos[i].features);
    rows.labels.push_back(scale.standardise(labels[i]));
    rows.ranges.push_back(range_of(videos[i], labels[i], target, scale));
    rows.fold_groups.push_back(videos[i].fold_group);
  }
  return rows;
}

void add_tokens(TrackRows& rows, const TokenSpace& space) {
  for (const VideoFeatures* video : rows.videos) rows.tokens.push_back(space.tokens(*video));
}

Matrix positions_of(const TrackModel& model, const TrackRows& rows) {
  Matrix positions(rows.tokens.size(), model.position(*rows.videos[0], rows.tokens[0]).size());
  for (size_t i = 0; i < positions.rows; ++i)
    std::ranges::copy(model.position(*rows.videos[i], rows.tokens[i]), positions.row(i).begin());
  return positions;
}

bool knows_two_authors(const TrackRows& rows) {
  std::set<std::string> authors;
  for (const VideoFeatures* video : rows.videos)
    if (!video->author.empty()) authors.insert(video->author);
  return authors.size() >= 2;
}

}  // namespace

Matrix histogram_rows(const std::vector<const VideoFeatures*>& videos) {
  Matrix rows(videos.size(), histogram_columns);
  std::ranges::fill(rows.values, std::numeric_limits<double>::quiet_NaN());
  for (size_t i = 0; i < videos.size(); ++i) {
    const auto& histogram = videos[i]->colour_histogram;
    if (histogram.empty()) continue;
    if (histogram.size() != histogram_columns)
      throw Error({.file = videos[i]->id,
                   .problem = "its colour histogram has another size",
                   .expected = std::to_string(histogram_columns),
                   .got = std::to_string(histogram.size()),
                   .advice = "make its features anew"});
    std::ranges::copy(histogram, rows.row(i).begin());
  }
  return rows;
}

Neighbourhood Neighbourhood::fit(Matrix positions) {
  Neighbourhood neighbourhood;
  if (positions.rows > most_reference_rows) {
    std::vector<size_t> spread;
    for (size_t i = 0; i < most_reference_rows; ++i) spread.push_back(i * positions.rows / most_reference_rows);
    positions = positions.take(spread);
  }
  if (positions.rows >= 20)
    neighbourhood.usual_distance = quantile(nearest_distances(positions, positions, true), 0.99);
  neighbourhood.positions = std::move(positions);
  return neighbourhood;
}

bool Neighbourhood::is_far(const std::vector<double>& position) const {
  if (usual_distance <= 0) return false;
  Matrix row(1, position.size());
  row.values = position;
  return nearest_distances(row, positions, false)[0] > 1.5 * usual_distance;
}

std::string TrainOptions::canonical() const {
  return fmt::format("d{} l{} h{} dropout{} modality{} epochs{} batch{} lr{} wd{} members{} text{} rounds{} "
                     "perceptron{} v2",
                     model_dimension, layers, heads, dropout, modality_dropout, epochs, batch, learning_rate,
                     weight_decay, members, text_dimension, tree_rounds, perceptron_steps);
}

ForecastModel::ForecastModel() : impl_(std::make_unique<Impl>()) {}
ForecastModel::~ForecastModel() = default;
ForecastModel::ForecastModel(ForecastModel&&) noexcept = default;
ForecastModel& ForecastModel::operator=(ForecastModel&&) noexcept = default;

const std::vector<ModelName>& ForecastModel::models() const { return impl_->models; }
const Target& ForecastModel::target() const { return impl_->target; }
const nlohmann::json& ForecastModel::history() const { return impl_->history; }
nlohmann::json& ForecastModel::extra() { return impl_->extra; }
const nlohmann::json& ForecastModel::extra() const { return impl_->extra; }

ForecastModel ForecastModel::train(const std::vector<LabelledVideo>& train, const Target& target,
                                   const TrainOptions& options, uint64_t seed, const Device& device) {
  if (train.size() < 2)
    throw Error({.file = "",
                 .problem = fmt::format("too few training videos with a {}", target.name),
                 .expected = "at least 2",
                 .got = std::to_string(train.size()),
                 .advice = "add videos with their numbers"});
  ForecastModel model;
  Impl& impl = *model.impl_;
  impl.target = target;
  impl.options = options;
  impl.sorted_labels = modelled_labels(train, target);
  impl.scale = LabelScale::fit(impl.sorted_labels, target);
  TrackRows training = make_rows(train, impl.sorted_labels, target, impl.scale);
  std::ranges::sort(impl.sorted_labels);
  impl.space = TokenSpace::fit(training.videos, options.text_dimension);
  add_tokens(training, impl.space);

  const auto dimensions = impl.space.dimensions();
  const Folds folds = make_row_folds(train.size(), 5, derive_seed(seed, "floors"));
  impl.floors =
      Floors::fit(training.tokens, dimensions, training.authors(), training.labels, folds, impl.scale.typical_error);
  impl.fit_colour_baseline(training, derive_seed(seed, "colour histogram"));

  const bool aware = knows_two_authors(training);
  const size_t epochs = FusionEnsemble::epochs_of(options, train.size(), 5);
  Progress progress("train", epochs * (aware ? 2 : 1), "epochs");
  const auto fit_track = [&](Track track) {
    TrackModel fitted =
        TrackModel::fit(track, training, dimensions, impl.scale, target.binary, options, seed, device, progress);
    for (size_t member = 0; member < fitted.history().size(); ++member)
      impl.history[fmt::format("{} member {}", name_of(track), member)] = fitted.history()[member];
    return fitted;
  };
  impl.author_free = fit_track(Track::author_free);
  if (aware) impl.author_aware = fit_track(Track::author_aware);
  progress.finish();

  impl.neighbourhood = Neighbourhood::fit(positions_of(impl.author_free, training));
  impl.list_models();
  return model;
}

void ForecastModel::Impl::fit_colour_baseline(const TrackRows& training, uint64_t seed) {
  const auto has_histogram = [](const VideoFeatures* video) { return !video->colour_histogram.empty(); };
  if (std::ranges::none_of(training.videos, has_histogram)) return;
  auto fitted = GradientTrees::fit(histogram_rows(training.videos), training.labels,
                                   make_folds(training.authors(), 5, seed), options.tree_rounds, seed);
  std::vector<Residual> errors;
  for (size_t i = 0; i < training.labels.size(); ++i)
    errors.push_back({.error = training.labels[i] - fitted.out_of_fold[i]});
  colour_trees = std::move(fitted.trees);
  colour_interval = IntervalCalibration::fit(errors, scale.typical_error);
}

void ForecastModel::Impl::list_models() {
  models.clear();
  const auto add = [&](const char* name, ModelRole role, Track track) {
    models.push_back({.name = name, .role = role, .track = track, .has_interval = true});
  };
  const auto add_track = [&](Track track) {
    add("foreview", ModelRole::final_model, track);
    models.back().within_training = track_model(track).cross_validated({});
    for (size_t part = 0; part < part_count; ++part) {
      add(part_names[part], ModelRole::part, track);
      models.back().within_training = track_model(track).cross_validated(static_cast<Part>(part));
    }
  };
  add_track(Track::author_free);
  if (author_aware) add_track(Track::author_aware);
  if (colour_trees) add("xgboost_colour_histogram", ModelRole::baseline, Track::author_free);
  add("mean", ModelRole::floor, Track::author_free);
  add("median", ModelRole::floor, Track::author_free);
  if (floors.has_metadata()) add("ridge_metadata", ModelRole::floor, Track::author_free);
  if (floors.has_authors()) add("author_mean", ModelRole::floor, Track::author_aware);
}

const TrackModel& ForecastModel::Impl::track_model(Track track) const {
  return track == Track::author_aware && author_aware ? *author_aware : author_free;
}

Prediction ForecastModel::Impl::predict(const ModelName& model, const VideoFeatures& video,
                                        const TokenSequence& tokens) const {
  const auto scaled = [&]() -> ScaledPrediction {
    const TrackModel& trained = track_model(model.track);
    if (model.role == ModelRole::final_model) return trained.final_prediction(video, tokens);
    if (model.role == ModelRole::part) {
      const auto part = std::ranges::find(part_names, model.name) - part_names.begin();
      return trained.part_prediction(static_cast<Part>(part), video, tokens);
    }
    if (model.name == "median") return floors.median();
    if (model.name == "author_mean") return floors.author_mean(video.author);
    if (model.name == "ridge_metadata") return floors.ridge_metadata(tokens);
    if (model.name == "xgboost_colour_histogram")
      return {colour_trees->predict(histogram_rows({&video}))[0], colour_interval.factor(), colour_interval.factor()};
    return floors.mean();
  }();
  return scale.prediction(scaled.median, scaled.below, scaled.above);
}

std::vector<Prediction> ForecastModel::predict(size_t index, const std::vector<VideoFeatures>& videos) const {
  const ModelName& model = impl_->models.at(index);
  std::vector<Prediction> predictions;
  for (const VideoFeatures& video : videos) {
    throw_if_interrupted();
    predictions.push_back(impl_->predict(model, video, impl_->space.tokens(video)));
  }
  return predictions;
}

}  // namespace foreview
