#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace foreview {

/// A stretch of recognised speech.
struct TranscriptSegment {
  std::string text;
  double start = 0, end = 0;  // seconds on the video's clock
};

struct Transcript {
  std::string source;    ///< "pocketsphinx", "none", ...
  std::string language;  ///< "en"; empty when unknown
  std::vector<TranscriptSegment> segments;

  /// All segments' text, joined with spaces.
  std::string text() const;
  nlohmann::json to_json() const;
  static Transcript from_json(const nlohmann::json& json);
};

}  // namespace foreview
