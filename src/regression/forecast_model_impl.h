#pragma once

#include <optional>

#include "regression/forecast_model.h"
#include "regression/track_model.h"

// Internal to the folder.
namespace foreview {

/// Training rows as a measure of what is usual: a video further from all of them than they are from each other gets
/// a note.
struct Neighbourhood {
  Matrix positions;           // [rows, columns], author-free
  double usual_distance = 0;  ///< 99 % of the training rows have a neighbour nearer than this; 0: too few rows

  static Neighbourhood fit(Matrix positions);
  bool is_far(const std::vector<double>& position) const;
};

struct ForecastModel::Impl {
  Target target;
  TrainOptions options;
  LabelScale scale;
  std::vector<double> sorted_labels;  ///< training labels on the modelled scale, ascending
  TokenSpace space;
  Floors floors;
  TrackModel author_free;
  std::optional<TrackModel> author_aware;
  std::optional<GradientTrees> colour_trees;  ///< the baseline on colour histograms
  IntervalCalibration colour_interval;
  Neighbourhood neighbourhood;
  std::vector<ModelName> models;
  nlohmann::json history = nlohmann::json::object();
  nlohmann::json extra = nlohmann::json::object();

  void fit_colour_baseline(const TrackRows& training, uint64_t seed);
  void list_models();
  Prediction predict(const ModelName& model, const VideoFeatures& video, const TokenSequence& tokens) const;
  const TrackModel& track_model(Track track) const;
};

/// A histogram as a row of `histogram_columns` numbers, NaN without one. Throws Error for another size.
inline constexpr size_t histogram_columns = 64;
Matrix histogram_rows(const std::vector<const VideoFeatures*>& videos);

}  // namespace foreview
