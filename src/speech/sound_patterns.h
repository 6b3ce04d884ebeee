#pragma once

#include <span>
#include <vector>

// How loudness and pitch move over a stretch of sound: what mean spectra cannot tell. Internal to this folder.
namespace foreview {

/// One number a frame of 10 ms.
struct SoundTrack {
  std::vector<double> loudness;  // bel (dB / 10) of full scale
  std::vector<double> pitch;     // strongest partial, in octaves above 55 Hz
  std::vector<double> centroid;  // spectral centroid, in octaves above 55 Hz
};

/// Numbers that add_pattern_features appends.
int pattern_feature_count();

/// Loudness: mean, deviation, slope a second, share near silence, rate of onsets, and how much it beats in octaves of
/// tempo from 0.5 to 16 Hz. Pitch and centroid over frames that are not silent: mean, deviation, slope a second, mean
/// signed and unsigned change a frame, share of rising and falling frames.
void add_pattern_features(const SoundTrack& track, std::vector<float>& features);

}  // namespace foreview
