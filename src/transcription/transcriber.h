#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/timed_vectors.h"
#include "media/tracks.h"
#include "speech/transcript.h"
#include "tensors/device.h"
#include "whisper/sound_transcriber.h"

namespace foreview {

/// Where transcripts may come from.
struct TranscriberOptions {
  std::string source = "auto";  // auto, whisper, pocketsphinx, sidecar, none
  std::string whisper_model;    // a Hugging Face folder or a ggml file; empty: none
  std::string precision = "f32";  // f32, bf16, or auto: bf16 where the processor has it
  std::string language;  // empty: Whisper detects it

  bool uses_sidecars() const { return source == "auto" || source == "sidecar"; }
  /// Throws Error{usage} for unknown sources, and for whisper without a model.
  void check() const;
  /// What recognises speech where no sidecar tells it: "whisper", "pocketsphinx" or "none".
  std::string recogniser() const;
  /// Of everything that recognised text depends on: model files, settings, gate.
  std::string fingerprint() const;
};

/// What a recogniser made of one sound.
struct Recognised {
  Transcript transcript;  // without segments: nobody speaks
  TimedVectors audio;     // Whisper alone: mean encoder states of 2 s each, from the pass that made the transcript
};

/// Runs the recogniser that `options` choose on what sounds like speech (see voice_gate.h), for several sounds at a time.
class Transcriber {
 public:
  /// `processors`: that several sounds at a time may fill; 0: there is one sound at a time, which fills them by itself.
  explicit Transcriber(const TranscriberOptions& options, const Device& device, int processors = 0);
  ~Transcriber();

  /// How many sounds at a time serve best: PocketSphinx has one a processor, Whisper decodes more than that together.
  int threads() const;
  /// On thread number `thread` of threads().
  Recognised recognise(const Waveform& waveform, int thread = 0);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Segments of a window on the video's clock.
void append_segments(const WhisperWindow& window, double offset, std::vector<TranscriptSegment>& segments);

}  // namespace foreview
