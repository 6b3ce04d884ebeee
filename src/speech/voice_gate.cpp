#include "speech/voice_gate.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "speech/log_mel.h"
#include "speech/pitch_glide.h"
#include "speech/voiced_spans.h"

namespace foreview {
namespace {

constexpr int smoothing = 5;  // frames of 10 ms: noise fluctuates less when averaged
constexpr int lag = 8;        // frames
constexpr int frames_a_step = 10;
constexpr double audible = 5;        // bel below the loudest band of the sound: what is below does not count
constexpr size_t steps_a_look = 10;  // 1 s is judged at once
// Measured on recordings, synthetic voices, tones, chords, drums and noise: noise changes by 0.9 to 1.4 dB, voices by 2
// to 9; of a second of speech 12 to 60 % glides, of tones under hiss at most 8 %.
constexpr double least_change = 2.0;    // dB
constexpr double least_gliding = 0.11;  // of the frames
constexpr double reach = 1.0;           // seconds around speech that may belong to it
const LogMelSettings settings{.bands = 16, .lowest = 100, .highest = 6000};

/// [frames, bands] in dB, smoothed over time, floored `audible` below the loudest.
at::Tensor band_levels(const Waveform& waveform) {
  at::Tensor samples = torch::empty({static_cast<int64_t>(waveform.samples.size())}, torch::kFloat32);
  std::transform(waveform.samples.begin(), waveform.samples.end(), samples.data_ptr<float>(),
                 [](float sample) { return std::isfinite(sample) ? sample : 0.0f; });
  const at::Tensor power = torch::matmul(power_spectrum(samples, settings), mel_filters(settings));
  const at::Tensor smooth =
      torch::avg_pool1d(power.transpose(0, 1).unsqueeze(0), smoothing, 1).squeeze(0).transpose(0, 1);
  const double floor = std::max(1e-9, smooth.max().item<double>() * std::pow(10, -audible));
  return smooth.clamp_min(floor).log10() * 10;
}

}  // namespace

std::vector<double> spectral_change(const Waveform& waveform) {
  const torch::NoGradGuard no_grad;
  if (waveform.samples.size() < 16000 / 5) return {};
  const at::Tensor levels = band_levels(waveform);
  const int64_t frames = levels.size(0);
  if (frames <= lag + frames_a_step) return {};
  const at::Tensor shape = levels - levels.mean(1, true);
  const at::Tensor change = (shape.slice(0, lag) - shape.slice(0, 0, frames - lag)).abs().mean(1).contiguous();
  std::vector<double> steps;
  for (int64_t first = 0; first + frames_a_step <= change.size(0); first += frames_a_step)
    steps.push_back(change.slice(0, first, first + frames_a_step).mean().item<double>());
  return steps;
}

std::vector<std::array<double, 2>> speech_spans(const Waveform& waveform) {
  const std::vector<std::array<double, 2>> voiced = voiced_spans(waveform);
  if (voiced.empty()) return {};
  const std::vector<double> change = spectral_change(waveform);
  const std::vector<bool> glides = pitch_glides(pitch_track(waveform));
  const size_t steps = std::min(change.size(), glides.size() / frames_a_step);
  std::vector<std::array<double, 2>> looks;  // seconds around what sounds like speech
  for (size_t first = 0; first < steps; ++first) {
    const size_t count = std::min(steps_a_look, steps - first);
    if (count < steps_a_look && first > 0) break;  // only a very short sound is judged by less than a second
    const auto frame = glides.begin() + static_cast<std::ptrdiff_t>(first * frames_a_step);
    const double gliding =
        static_cast<double>(std::count(frame, frame + static_cast<std::ptrdiff_t>(count * frames_a_step), true));
    const auto step = change.begin() + static_cast<std::ptrdiff_t>(first);
    const double mean = std::accumulate(step, step + static_cast<std::ptrdiff_t>(count), 0.0) / count;
    if (mean < least_change || gliding < least_gliding * static_cast<double>(count * frames_a_step)) continue;
    const double start = first * 0.1 - reach, end = (first + count) * 0.1 + reach;
    if (!looks.empty() && start <= looks.back()[1]) {
      looks.back()[1] = end;
    } else {
      looks.push_back({start, end});
    }
  }
  std::vector<std::array<double, 2>> spans;
  for (const auto& span : voiced)
    for (const auto& look : looks) {
      const double start = std::max(span[0], look[0]), end = std::min(span[1], look[1]);
      if (end - start > 0.1) spans.push_back({start, end});
    }
  return spans;
}

}  // namespace foreview
