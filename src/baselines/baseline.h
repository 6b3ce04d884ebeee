#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "regression/forecast_model.h"

// Simple models that stand beside a run's own, each in a file of its own. They are fitted and asked in one go: nothing
// of them goes into the model bundle.
namespace foreview {

/// Sizes and limits of the networks over frames. Part of config.toml ([baseline]).
struct BaselineOptions {
  int frames = 16;              // evenly spread over each video
  int width = 36, height = 64;  // pixels
  int epochs = 20;              // at most; left-out training videos say how many
  int batch = 16;               // videos a step
  double learning_rate = 1e-3;  // AdamW
  double time_limit = 300;      // seconds that one network may train
  int most_videos = 2000;       // that a network learns from, taken at random (0.1 MB of memory each)

  std::string canonical() const;
};

/// Names that `--baseline` knows. The first three are floors: every run has them, named or not.
const std::vector<std::string>& baseline_names();
/// Those of a comma-separated list that are trained by `baseline_predictions`, each once, in the order above. Throws
/// Error{usage} with the nearest names for an unknown one.
std::vector<std::string> chosen_baselines(const std::string& comma_separated);

/// Training and test videos with their prepared tracks (empty path: none).
struct BaselineTask {
  std::vector<LabelledVideo> train;
  std::vector<std::filesystem::path> train_tracks;  // [train]
  std::vector<VideoFeatures> test;
  std::vector<std::filesystem::path> test_tracks;  // [test]
  Target target;
};

/// One prediction a test video, on the modelled scale. Nothing when no training video has what the baseline reads.
std::optional<std::vector<Prediction>> baseline_predictions(const std::string& name, const BaselineTask& task,
                                                            const BaselineOptions& options, uint64_t seed,
                                                            const Device& device);

}  // namespace foreview
