#pragma once

#include <array>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// Spans (seconds from the waveform's first sample) whose energy stands out of the track's own background, padded and
/// joined: a cheap gate before a recogniser. Empty for silence.
std::vector<std::array<double, 2>> voiced_spans(const Waveform& waveform);

}  // namespace foreview
