#pragma once

#include <cstdint>
#include <vector>

#include "media/tracks.h"

// Internal to this folder.
namespace foreview {

constexpr int sound_code_bits = 16;

/// One code every 64 ms of a 16 kHz waveform, -1 where it is silent; see TrackSignature::sound.
std::vector<int32_t> sound_codes(const Waveform& waveform);

}  // namespace foreview
