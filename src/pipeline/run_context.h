#pragma once

#include <functional>
#include <string>
#include <vector>

#include "dataset/catalog.h"
#include "features/feature_store.h"
#include "features/modalities.h"
#include "pipeline/run_config.h"
#include "pipeline/workspace.h"
#include "tensors/device.h"

namespace foreview {

/// What every stage works with: the resolved settings and the workspace they are applied to.
struct RunContext {
  RunContext(RunConfig config, Workspace work);

  RunConfig config;
  Workspace work;
  Catalog catalog;
  FeatureStore store;
  Modalities use;
  Device device;
  int workers = 1;  // threads for decoding and recognition

  // Names of the feature folders, each with all that its content depends on.
  std::string tracks_encoder() const;
  std::string transcript_encoder() const;    // empty when speech is not used or no recogniser is installed
  std::string speech_audio_encoder() const;  // Whisper's encoder states; empty without Whisper
  std::string audio_encoder() const;
  std::string colour_encoder() const;
  std::string measures_encoder() const;   // of frame_measures()
  std::string sound_encoder() const;      // of sound_measures()
  std::string signature_encoder() const;  // what near-duplicates are found by
  std::string text_encoder() const;       // empty without a text model or without words to read
  std::string visual_encoder() const;     // empty when nothing was pretrained
};

/// "stage: text" as a message, and as an event in the log.
void stage_line(const std::string& stage, const std::string& text);

/// Throws Error that names the command to run first when `needed` has not finished in this workspace.
void require_stage(RunContext& run, const std::string& needed, const std::string& before);

/// The same for "embed", which must also have been run with these settings by a version that measures the same:
/// features taken otherwise would pass for missing ones.
void require_features(RunContext& run, const std::string& before);

}  // namespace foreview
