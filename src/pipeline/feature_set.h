#pragma once

#include <vector>

#include "features/video_features.h"
#include "pipeline/run_context.h"

namespace foreview {

/// A labelled video with all its features, ready for training or testing.
struct FeatureRow {
  Video video;
  VideoFeatures features;
};

/// Width of Whisper's encoder states in this run's audio tokens; 0 when none were stored or they are not used.
int encoder_state_width(const RunContext& run);

/// The labelled videos of one split that have anything a model can use, sorted by id. Copies and
/// near-duplicates of a validation or test video count once. `unusable` receives how many were left out.
/// With `use` other than the run's, only features of those kinds; the same videos.
std::vector<FeatureRow> load_feature_rows(RunContext& run, Split split, const Modalities& use,
                                          size_t* unusable = nullptr);
inline std::vector<FeatureRow> load_feature_rows(RunContext& run, Split split) {
  return load_feature_rows(run, split, run.use);
}

/// All videos, labelled or not, with whatever is known of them, sorted by id.
std::vector<FeatureRow> load_all_feature_rows(RunContext& run);

}  // namespace foreview
