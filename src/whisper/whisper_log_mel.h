#pragma once

#include <ATen/core/Tensor.h>

#include <span>

namespace foreview {

/// Slaney's mel filters, area-normalised, for 16 kHz and 400-point spectra, 0 to 8000 Hz (as librosa makes them).
/// Returns [mel_bins, 201] f32.
at::Tensor whisper_mel_filters(int mel_bins);

/// Whisper's front end (Radford et al. 2022, section 2.2): 25 ms Hann windows every 10 ms, log10 mel powers, floored
/// 8 below the largest, scaled to about -1 to 1. `samples`: 16 kHz mono; padded with zeros, or cut, to
/// `window_frames` * 160. Returns [mel_bins, window_frames] f32.
at::Tensor whisper_log_mel(std::span<const float> samples, int mel_bins, int window_frames = 3000);

}  // namespace foreview
