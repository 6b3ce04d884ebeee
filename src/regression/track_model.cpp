#include "regression/track_model.h"

#include <algorithm>

#include "regression/stored_values.h"

namespace foreview {
namespace {

constexpr size_t transformer = static_cast<size_t>(Part::transformer), trees = static_cast<size_t>(Part::trees),
                 ridge = static_cast<size_t>(Part::ridge), kernel = static_cast<size_t>(Part::kernel),
                 perceptron = static_cast<size_t>(Part::perceptron);

}  // namespace

std::array<int, token_kinds> TrackModel::with_fitted_kinds(std::array<int, token_kinds> dimensions) const {
  dimensions[static_cast<size_t>(TokenKind::text_score)] = text_score_.dimension();
  if (track_ == Track::author_aware) dimensions[static_cast<size_t>(TokenKind::author)] = AuthorEncoder::dimension;
  return dimensions;
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
                                           model.text_score_.ends().back());
  model.perceptron_ =
      Perceptron::restore(prefix + "perceptron.", from, KernelColumns::of(model.layout_, true).columns.size());
  require_size(prefix + "ridge.mean", model.ridge_.columns(), model.layout_.columns(), from);
  model.trees_ = GradientTrees::from_json(trees_json, model.layout_.columns(), trees_file);
  return model;
}

}  // namespace foreview
