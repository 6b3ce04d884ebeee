#pragma once

#include <array>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// How speech-like the sound is, one number a step of 0.1 s: the mean change of the spectrum's shape over 80 ms, in dB.
/// Speech moves its formants all the time; notes stand still between their onsets, and noise has one shape whatever
/// its loudness. `waveform`: 16 kHz.
std::vector<double> spectral_change(const Waveform& waveform);

/// The voiced spans (seconds from the first sample, see voiced_spans.h) in which someone may be speaking. Recognisers
/// invent words on music and noise: they are run on these alone. Empty for silence, tones and noise.
std::vector<std::array<double, 2>> speech_spans(const Waveform& waveform);

}  // namespace foreview
