#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

// Short-time spectra of 16 kHz sound. Internal to this folder.
namespace foreview {

struct LogMelSettings {
  int sample_rate = 16000;  // samples per second
  int fft = 512;            // points
  int window = 400;         // samples: 25 ms, Hann
  int hop = 160;            // samples: 10 ms
  int bands = 40;
  double lowest = 20, highest = 7600;  // Hz
};

/// Samples that spectra can be taken of: within -8 to 8, 0 where they are not finite, at least `least`.
std::vector<float> clean_samples(std::span<const float> samples, size_t least);

/// Power spectrum of each whole frame. samples: [N] f32, N >= fft. Returns [frames, fft / 2 + 1].
at::Tensor power_spectrum(const at::Tensor& samples, const LogMelSettings& settings);

/// Triangular filters of height 1, evenly spaced on the mel scale 2595 log10(1 + f / 700) (O'Shaughnessy 1987, as in
/// HTK). Returns [fft / 2 + 1, bands].
at::Tensor mel_filters(const LogMelSettings& settings);

/// log10 of the mel band powers, floored at 1e-9. power: [frames, fft / 2 + 1]. Returns [frames, bands].
at::Tensor log_mel(const at::Tensor& power, const LogMelSettings& settings);

}  // namespace foreview
