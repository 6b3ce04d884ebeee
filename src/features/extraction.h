#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "features/modalities.h"
#include "media/tracks.h"
#include "transcription/transcriber.h"

namespace foreview {

/// The folder of a model bundle that holds the text model.
inline constexpr const char* kBundledTextModel = "text_model";

/// How a model's features are taken from a video; stored in the model bundle so that a forecast does the same.
struct ExtractionSettings {
  SamplingOptions sampling;
  Modalities use;
  std::vector<std::string> fields;  ///< numbers of the record asked for by name
  TranscriberOptions transcriber;   ///< where transcripts come from; a Whisper model is named by its path
  int encoder_states = 0;           ///< width of Whisper's encoder states in audio tokens; 0: not part of them
  std::string text_model;           ///< fingerprint of the bundle's text model; empty without one
  bool visual = false;              ///< the bundle has a visual encoder

  nlohmann::json to_json() const;
  /// Throws Error naming `file` for missing keys, wrong types and unknown recognisers.
  static ExtractionSettings from_json(const nlohmann::json& json, const std::filesystem::path& file);
};

}  // namespace foreview
