#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sample/plan.h"
#include "sample/speech_synthesis.h"

namespace foreview {

/// A word and when it is heard, in seconds from the start of the video.
struct SpokenWord {
  std::string word;
  double start = 0, end = 0;
};

struct Soundtrack {
  std::vector<float> samples;  // mono, -1 to 1
  std::vector<SpokenWord> words;
  double seconds = 0;
};

/// The video's sound: a pattern of tones and hiss through all of it, lowered while the words are spoken over it; then
/// the whole is set to the video's loudness. `plan.least_seconds` long, or longer when the words need it.
Soundtrack make_soundtrack(const VideoPlan& plan, SpeechSynthesizer& speech, int sample_rate);

/// Only the tones and hiss, with a root mean square of 0.1: [seconds * sample_rate].
std::vector<float> tone_pattern(const VideoPlan& plan, size_t count, int sample_rate);

}  // namespace foreview
