#pragma once

#include <vector>

#include "media/tracks.h"

// Internal to this folder.
namespace foreview {

/// Pitch of each 10 ms frame in Hz, 0 where none is heard, by normalised autocorrelation (70 to 400 Hz) of 40 ms.
std::vector<double> pitch_track(const Waveform& waveform);

/// Whether each frame lies in a glide: over 50 ms the pitch rises or falls steadily, by 0.1 to 4 % a frame. Voices
/// glide nearly all the time; notes keep their pitch, and noise has none.
std::vector<bool> pitch_glides(const std::vector<double>& pitch);

}  // namespace foreview
