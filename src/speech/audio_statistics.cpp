#include "speech/audio_statistics.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "core/hash.h"
#include "core/interrupt.h"
#include "foreview/error.h"
#include "speech/log_mel.h"
#include "speech/sound_patterns.h"
#include "tensors/one_thread.h"

namespace foreview {
namespace {

constexpr double segment_seconds = 2;
constexpr double reference_pitch = 55;  // Hz, the note A1
constexpr double lowest_partial = 60;   // Hz; below it hum and rumble would pass for pitch
const LogMelSettings settings;

double octaves(double hertz) { return std::log2(std::max(hertz, reference_pitch) / reference_pitch); }

/// Frequency in Hz of the strongest partial, between bins by a parabola through the logarithms.
double strongest_partial(const float* power, int bins, double hertz_per_bin) {
  int best = std::max(1, static_cast<int>(std::ceil(lowest_partial / hertz_per_bin)));
  for (int bin = best + 1; bin + 1 < bins; ++bin) best = power[bin] > power[best] ? bin : best;
  const double left = std::log(power[best - 1] + 1e-12), middle = std::log(power[best] + 1e-12),
               right = std::log(power[best + 1] + 1e-12), bend = left - 2 * middle + right;
  const double shift = bend < 0 ? std::clamp(0.5 * (left - right) / bend, -0.5, 0.5) : 0;
  return (best + shift) * hertz_per_bin;
}

/// power: [frames, bins], contiguous.
SoundTrack sound_track(const at::Tensor& power, std::span<const float> samples) {
  const int bins = static_cast<int>(power.size(1));
  const double hertz_per_bin = static_cast<double>(settings.sample_rate) / settings.fft;
  SoundTrack track;
  for (int64_t frame = 0; frame < power.size(0); ++frame) {
    const float* row = power.data_ptr<float>() + frame * bins;
    double energy = 0, total = 0, weighted = 0;
    for (int i = 0; i < settings.fft; ++i) {
      const double sample = samples[frame * settings.hop + i];
      energy += sample * sample;
    }
    for (int bin = 1; bin < bins; ++bin) {
      total += row[bin];
      weighted += row[bin] * bin * hertz_per_bin;
    }
    track.loudness.push_back(std::log10(energy / settings.fft + 1e-9));
    track.centroid.push_back(octaves(weighted / (total + 1e-12)));
    track.pitch.push_back(octaves(strongest_partial(row, bins, hertz_per_bin)));
  }
  return track;
}

double zero_crossing_rate(std::span<const float> samples) {
  int crossings = 0;
  for (size_t i = 1; i < samples.size(); ++i) crossings += (samples[i - 1] < 0) != (samples[i] < 0);
  return static_cast<double>(crossings) / samples.size();
}

void add_tensor(const at::Tensor& values, std::vector<float>& features) {
  const at::Tensor contiguous = values.to(torch::kFloat32).contiguous();
  const float* data = contiguous.data_ptr<float>();
  features.insert(features.end(), data, data + contiguous.numel());
}

/// All numbers of one segment; samples no shorter than one transform.
void add_segment(std::span<const float> samples, std::vector<float>& features) {
  const at::Tensor sound = torch::from_blob(const_cast<float*>(samples.data()), {static_cast<int64_t>(samples.size())});
  const at::Tensor power = power_spectrum(sound, settings);
  const at::Tensor bands = log_mel(power, settings);  // [frames, bands]
  const int64_t frames = bands.size(0);
  add_tensor(bands.mean(0), features);
  add_tensor(bands.std(0, /*unbiased=*/false), features);
  add_tensor(
      frames > 1 ? (bands.slice(0, 1) - bands.slice(0, 0, frames - 1)).abs().mean(0) : torch::zeros({settings.bands}),
      features);
  add_pattern_features(sound_track(power, samples), features);
  features.push_back(static_cast<float>(zero_crossing_rate(samples)));
}

}  // namespace

TimedVectors audio_statistics(const Waveform& waveform) {
  if (waveform.sample_rate != settings.sample_rate) {
    throw Error({.problem = "audio statistics got sound at another rate",
                 .expected = "16000 samples per second",
                 .got = std::to_string(waveform.sample_rate)});
  }
  torch::NoGradGuard no_gradients;
  const OneTorchThread one_thread;  // sums taken by several threads, or beside others, would differ in their last bits
  TimedVectors result{.dimension = audio_statistics_dimension(), .values = {}, .spans = {}};
  const auto segment_samples = static_cast<size_t>(segment_seconds * settings.sample_rate);
  for (size_t begin = 0; begin < waveform.samples.size(); begin += segment_samples) {
    throw_if_interrupted();
    const size_t end = std::min(waveform.samples.size(), begin + segment_samples);
    // A rest too short for a few frames says nothing, unless it is all there is.
    if (begin > 0 && end - begin < segment_samples / 20) break;
    const auto samples = std::span<const float>(waveform.samples).subspan(begin, end - begin);
    add_segment(clean_samples(samples, static_cast<size_t>(settings.fft)), result.values);
    result.spans.push_back({waveform.start + static_cast<double>(begin) / settings.sample_rate,
                            waveform.start + static_cast<double>(end) / settings.sample_rate});
  }
  return result;
}

int audio_statistics_dimension() { return 3 * settings.bands + pattern_feature_count() + 1; }

std::string audio_statistics_fingerprint() {
  return fingerprint("audio statistics 1: 40 HTK mel bands 20-7600 Hz, 25/10 ms, 2 s segments, dimension " +
                     std::to_string(audio_statistics_dimension()));
}

}  // namespace foreview
