#pragma once

#include <string>

#include "core/timed_vectors.h"
#include "media/tracks.h"

namespace foreview {

/// Per 2 s segment (the last may be shorter): mean, deviation and mean absolute change over time of a log-mel
/// spectrogram (bands as `dimension` tells), plus loudness, its deviation, zero-crossing rate and spectral centroid.
TimedVectors audio_statistics(const Waveform& waveform);
int audio_statistics_dimension();
std::string audio_statistics_fingerprint();

}  // namespace foreview
