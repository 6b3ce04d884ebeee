#pragma once

#include <memory>
#include <string>
#include <vector>

#include "media/tracks.h"
#include "speech/transcript.h"

namespace foreview {

/// PocketSphinx with Debian's small English model: low accuracy, no download. Not thread-safe: one object a thread.
class PocketSphinxRecogniser {
 public:
  /// Throws Error naming the package when the model is not installed.
  PocketSphinxRecogniser();
  /// With other decoder settings (option, value, ...), to compare them.
  explicit PocketSphinxRecogniser(const std::vector<std::string>& settings);
  ~PocketSphinxRecogniser();

  /// Runs on what sounds like speech only; silence, tones and noise give an empty transcript. The result depends on
  /// this waveform alone.
  Transcript transcribe(const Waveform& waveform);

  static bool is_available();
  /// Of model and settings; names the feature folder.
  static std::string fingerprint();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
