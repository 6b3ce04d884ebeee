#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "core/timed_vectors.h"
#include "whisper/long_form.h"
#include "whisper/side_by_side.h"
#include "whisper/whisper_model.h"

namespace foreview {

/// What one sound gave: its windows, and pooled encoder states of the same encoder passes.
struct WhisperTranscription {
  std::string language;
  std::vector<WhisperWindow> windows;
  TimedVectors audio;  // mean encoder state of each 2 s that was decoded; seconds from the first sample
};

/// samples: 16 kHz mono. `voiced`: seconds in which someone may be speaking. `on_window` may be empty.
/// `beside`: the sounds that other threads transcribe at the same time.
WhisperTranscription transcribe_sound(const WhisperModel& model, std::span<const float> samples,
                                      const std::vector<std::array<double, 2>>& voiced, const LongFormOptions& options,
                                      const std::function<void(const WhisperWindow&)>& on_window = {},
                                      SideBySide* beside = nullptr);

}  // namespace foreview
