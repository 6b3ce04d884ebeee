#include "speech/log_mel.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace foreview {
namespace {

// Blocks stay below the 32768 elements from which torch wakes its threads: that would cost more than the work, most of
// all when several videos are measured at once.
constexpr int64_t frames_a_block = 60;

}  // namespace

std::vector<float> clean_samples(std::span<const float> samples, size_t least) {
  std::vector<float> clean;
  clean.reserve(std::max(samples.size(), least));
  for (const float sample : samples) clean.push_back(std::isfinite(sample) ? std::clamp(sample, -8.0f, 8.0f) : 0.0f);
  clean.resize(std::max(clean.size(), least), 0.0f);
  return clean;
}

at::Tensor power_spectrum(const at::Tensor& samples, const LogMelSettings& settings) {
  const at::Tensor window = torch::hann_window(settings.window, torch::kFloat32);
  // Divided by the window's energy: a full-scale sine then has about the same power at any window length.
  const at::Tensor energy = window.square().sum();
  const int64_t frames = 1 + (samples.size(0) - settings.fft) / settings.hop;
  at::Tensor power = torch::empty({frames, settings.fft / 2 + 1}, torch::kFloat32);
  for (int64_t first = 0; first < frames; first += frames_a_block) {
    const int64_t count = std::min(frames_a_block, frames - first), begin = first * settings.hop;
    const at::Tensor block = samples.slice(0, begin, begin + (count - 1) * settings.hop + settings.fft);
    const at::Tensor spectrum = torch::stft(block, settings.fft, settings.hop, settings.window, window,
                                            /*normalized=*/false, /*onesided=*/true, /*return_complex=*/true);
    power.slice(0, first, first + count).copy_(spectrum.abs().square().transpose(0, 1) / energy);
  }
  return power;
}

at::Tensor mel_filters(const LogMelSettings& settings) {
  const auto to_mel = [](double hertz) { return 2595 * std::log10(1 + hertz / 700); };
  const auto to_hertz = [](double mel) { return 700 * (std::pow(10, mel / 2595) - 1); };
  const double low = to_mel(settings.lowest), high = to_mel(settings.highest);
  std::vector<double> corners;  // Hz
  for (int i = 0; i < settings.bands + 2; ++i) {
    corners.push_back(to_hertz(low + (high - low) * i / (settings.bands + 1)));
  }
  const int bins = settings.fft / 2 + 1;
  std::vector<float> filters(static_cast<size_t>(bins) * settings.bands, 0);
  for (int bin = 0; bin < bins; ++bin) {
    const double hertz = static_cast<double>(bin) * settings.sample_rate / settings.fft;
    for (int band = 0; band < settings.bands; ++band) {
      const double rising = (hertz - corners[band]) / (corners[band + 1] - corners[band]);
      const double falling = (corners[band + 2] - hertz) / (corners[band + 2] - corners[band + 1]);
      filters[static_cast<size_t>(bin) * settings.bands + band] =
          static_cast<float>(std::max(0.0, std::min(rising, falling)));
    }
  }
  return torch::tensor(filters).view({bins, settings.bands});
}

at::Tensor log_mel(const at::Tensor& power, const LogMelSettings& settings) {
  return torch::matmul(power, mel_filters(settings)).clamp_min(1e-9).log10();
}

}  // namespace foreview
