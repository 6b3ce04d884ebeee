#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "whisper/decoding_options.h"

namespace foreview {

/// How sound of any length is transcribed; names and defaults are the reference's (openai/whisper, transcribe.py).
struct LongFormOptions {
  DecodingOptions decoding;
  std::vector<double> temperatures = {0, 0.2, 0.4, 0.6, 0.8, 1.0};  // tried in turn until a result is good enough
  double compression_ratio_threshold = 2.4;  // above: it repeats itself, the next temperature is tried
  double logprob_threshold = -1;             // average below: the next temperature is tried
  double no_speech_threshold = 0.6;          // above, with an average below logprob_threshold: silence
  bool condition_on_previous_text = true;    // a window is told what was said before
  std::vector<int> initial_prompt;
};

struct WhisperSegment {
  double start = 0, end = 0;  // seconds from the first sample
  std::string text;
  std::vector<int> tokens;  // with timestamps
};

/// What one 30 s window gave.
struct WhisperWindow {
  double start = 0;       // seconds from the first sample
  DecodingResult result;  // of the temperature that was kept
  bool silent = false;    // by the no-speech rule: no segments come of it
  std::vector<WhisperSegment> segments;
};

/// The parts of a model that the windows' loop needs; tests put their own in its place.
class WindowTranscriber {
 public:
  virtual ~WindowTranscriber() = default;
  /// Decodes the window that starts at frame `seek` (10 ms each); the options' temperature varies for the same window.
  virtual DecodingResult decode(int64_t seek, const DecodingOptions& options) = 0;
  virtual std::string text_of(const std::vector<int>& tokens) const = 0;
  virtual int timestamp_begin() const = 0;
  virtual int end_of_text() const = 0;
  virtual int64_t window_frames() const = 0;
};

/// Decodes one window, at higher temperatures while the result repeats itself or is unlikely. When all do, the one with
/// the highest average log-probability is kept (the reference keeps the last).
DecodingResult decode_with_fallback(WindowTranscriber& windows, int64_t seek, const LongFormOptions& options,
                                    DecodingOptions decoding);

/// Transcribes frames [0, frames); calls `on_window` for each window in order. Windows without any of `voiced`
/// (seconds) are not decoded, and segments outside them are dropped.
void transcribe_long_form(WindowTranscriber& windows, int64_t frames, const std::vector<std::array<double, 2>>& voiced,
                          const LongFormOptions& options, const std::function<void(const WhisperWindow&)>& on_window);

}  // namespace foreview
