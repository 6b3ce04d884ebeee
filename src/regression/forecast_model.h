#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "dataset/target.h"
#include "evaluation/results.h"
#include "features/video_features.h"
#include "foreview/forecast.h"
#include "tensors/device.h"

// Torch-free facade over all models of a run: fusion transformer, trees, floors, their combination and calibration.
namespace foreview {

/// Sizes and schedules of the trained parts. Part of config.toml ([train]).
struct TrainOptions {
  int model_dimension = 64;  // of the fusion transformer
  int layers = 2, heads = 4;
  double dropout = 0.2;
  double modality_dropout = 0.15;  // chance that a token kind is hidden from a training row
  int epochs = 120;                // at most; cross-validation says how many
  int batch = 32;
  double learning_rate = 1e-3;
  double weight_decay = 0.05;
  int members = 3;  // seeds averaged
  int text_dimension = 32;
  int tree_rounds = 600;
  int perceptron_steps = 640;  // of their schedule; cross-validation says how much of it is run

  std::string canonical() const;
};

/// One labelled video. `label` on the raw scale.
struct LabelledVideo {
  VideoFeatures features;
  Quantity label;
  std::string fold_group = {};  ///< videos of one group are never told apart in cross-validation; empty: alone
};

/// Prediction on the modelled scale; low and high are the ends of the 80 % interval.
struct Prediction {
  double median = 0, low = 0, high = 0;
};

/// A model of the table: what evaluation asks for.
struct ModelName {
  std::string name;
  ModelRole role = ModelRole::floor;
  Track track = Track::author_free;
  bool has_interval = false;
  std::optional<CrossValidated> within_training = {};
};

/// Raised when the same data and settings give another model than before: models of an earlier recipe are out of date.
inline constexpr int training_recipe = 7;

class ForecastModel {
 public:
  /// Fits everything on `train` alone; cross-validation inside it stops, weighs and calibrates. Works (badly, and with
  /// a wide interval) from 2 videos on; throws Error below that.
  /// Author-aware models are fitted only when at least two authors are known.
  static ForecastModel train(const std::vector<LabelledVideo>& train, const Target& target, const TrainOptions& options,
                             uint64_t seed, const Device& device);

  const std::vector<ModelName>& models() const;
  /// One prediction a video of models()[index].
  std::vector<Prediction> predict(size_t index, const std::vector<VideoFeatures>& videos) const;
  /// The answer for people: the final author-aware model when the author is known from training, else the author-free.
  Forecast forecast(const VideoFeatures& video) const;
  const Target& target() const;
  /// Training curves of the transformer, by name: {"author_free member 0": [[epoch, train, validation], ...]}.
  const nlohmann::json& history() const;
  /// Anything the pipeline wants to keep with the model (extraction settings, held-out figures, fingerprints).
  nlohmann::json& extra();
  const nlohmann::json& extra() const;

  /// model.json, fusion.safetensors, trees.json, text.json, reference.safetensors in `folder`; model.json last.
  void save(const std::filesystem::path& folder) const;
  /// Throws Error naming the file, expected and got for anything missing, of another version or size.
  static ForecastModel load(const std::filesystem::path& folder, const Device& device);

  ForecastModel(ForecastModel&&) noexcept;
  ForecastModel& operator=(ForecastModel&&) noexcept;
  ~ForecastModel();

 private:
  ForecastModel();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
