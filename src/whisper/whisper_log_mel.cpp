#include "whisper/whisper_log_mel.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace foreview {
namespace {

constexpr int fft = 400, hop = 160, sample_rate = 16000;

// Slaney's Auditory Toolbox (1998): linear below 1 kHz, logarithmic above.
double hertz_of_mel(double mel) {
  constexpr double step = 200.0 / 3, break_mel = 1000 / step;
  return mel < break_mel ? step * mel : 1000 * std::exp(std::log(6.4) / 27 * (mel - break_mel));
}

double mel_of_hertz(double hertz) {
  constexpr double step = 200.0 / 3;
  return hertz < 1000 ? hertz / step : 1000 / step + std::log(hertz / 1000) * 27 / std::log(6.4);
}

}  // namespace

at::Tensor whisper_mel_filters(int mel_bins) {
  constexpr int bins = fft / 2 + 1;
  std::vector<double> corners;
  const double highest = mel_of_hertz(sample_rate / 2.0);
  for (int i = 0; i < mel_bins + 2; ++i) corners.push_back(hertz_of_mel(highest * i / (mel_bins + 1)));
  at::Tensor filters = torch::zeros({mel_bins, bins}, torch::kFloat32);
  auto values = filters.accessor<float, 2>();
  for (int band = 0; band < mel_bins; ++band)
    for (int bin = 0; bin < bins; ++bin) {
      const double hertz = static_cast<double>(bin) * sample_rate / fft;
      const double rising = (hertz - corners[band]) / (corners[band + 1] - corners[band]);
      const double falling = (corners[band + 2] - hertz) / (corners[band + 2] - corners[band + 1]);
      const double area = 2 / (corners[band + 2] - corners[band]);
      values[band][bin] = static_cast<float>(std::max(0.0, std::min(rising, falling)) * area);
    }
  return filters;
}

at::Tensor whisper_log_mel(std::span<const float> samples, int mel_bins, int window_frames) {
  const torch::NoGradGuard no_grad;
  const int64_t length = static_cast<int64_t>(window_frames) * hop;
  at::Tensor padded = torch::zeros({length}, torch::kFloat32);
  const size_t used = std::min(samples.size(), static_cast<size_t>(length));
  // A sample that is no number would spoil the whole window.
  std::transform(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(used), padded.data_ptr<float>(),
                 [](float sample) { return std::isfinite(sample) ? sample : 0.0f; });
  const at::Tensor window = torch::hann_window(fft, torch::kFloat32);
  const at::Tensor centred = torch::constant_pad_nd(padded, {fft / 2, fft / 2}).slice(0, 0, length + fft);
  // Reflection at both ends, without the edge sample itself, as the reference centres its frames.
  centred.slice(0, 0, fft / 2).copy_(padded.slice(0, 1, fft / 2 + 1).flip(0));
  centred.slice(0, length + fft / 2).copy_(padded.slice(0, length - fft / 2 - 1, length - 1).flip(0));
  const at::Tensor spectrum =
      torch::stft(centred, fft, hop, fft, window, /*normalized=*/false, /*onesided=*/true, /*return_complex=*/true);
  const at::Tensor power = spectrum.slice(1, 0, window_frames).abs().square();
  const at::Tensor log_mel = torch::matmul(whisper_mel_filters(mel_bins), power).clamp_min(1e-10).log10();
  return (torch::maximum(log_mel, log_mel.max() - 8.0) + 4.0) / 4.0;
}

}  // namespace foreview
