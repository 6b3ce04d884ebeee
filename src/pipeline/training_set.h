#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/run_context.h"
#include "regression/forecast_model.h"

namespace foreview {

/// What models are fitted on, and what they are asked about.
struct TrainingSet {
  std::vector<LabelledVideo> videos;
  std::vector<std::filesystem::path> tracks;  // [videos], prepared; empty: none
  size_t unusable = 0;                        // training videos of which nothing is known
};

/// The training and validation videos of a run (fitting is cross-validated: it needs no validation videos, and learns
/// from them, too), with their features of the kinds in `use`. Folds inside will keep together what the split does. A
/// target that is itself an input is hidden. Throws Error for fewer than 2 videos.
TrainingSet load_training_set(RunContext& run, const Modalities& use);

/// The test videos' features and prepared tracks, in the order of load_feature_rows.
struct TestInputs {
  std::vector<VideoFeatures> videos;
  std::vector<std::filesystem::path> tracks;
};
TestInputs load_test_inputs(RunContext& run, const Modalities& use);

/// The target on the scale that suits these labels.
Target target_of(const RunConfig& config, const std::vector<LabelledVideo>& videos);

}  // namespace foreview
