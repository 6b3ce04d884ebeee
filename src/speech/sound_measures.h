#pragma once

#include <string>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// What a few formulas tell of a whole soundtrack, over frames of 64 ms, 32 ms apart: the loudness in bel of full scale
/// that a tenth of the frames exceed, and of frames above -70 dB the median spectral flatness (logarithm of geometric
/// over arithmetic mean of the powers above 60 Hz; -0.58 for white noise, lower the more the sound is made of tones),
/// the harmonicity that a tenth fall short of (largest autocorrelation at periods of 1.25 to 12.5 ms, 0 to 1; noise has
/// little), the median strongest partial above 60 Hz in octaves above 55 Hz and that of the quieter half of the frames,
/// where what sounds behind a voice is heard. 0 where nothing is that loud.
const std::vector<std::string>& sound_measure_names();

/// sound_measure_names() numbers; empty without samples. Throws Error for sound at another rate than 16 kHz.
std::vector<float> sound_measures(const Waveform& waveform);

std::string sound_measures_fingerprint();

}  // namespace foreview
