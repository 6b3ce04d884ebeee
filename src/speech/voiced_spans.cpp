#include "speech/voiced_spans.h"

#include <algorithm>
#include <cmath>

namespace foreview {
namespace {

constexpr double frame_seconds = 0.02;
constexpr double quietest_level = -80;  // dB of full scale; digital silence counts as this
constexpr double least_level = -55;     // dB of full scale; nothing below it is worth recognising
constexpr double least_range = 4;       // dB between loud and quiet frames; less is a steady sound, not speech
constexpr double padding = 0.2;         // seconds kept before and after
constexpr double least_gap = 0.5;       // seconds; shorter pauses stay inside a span
constexpr double least_active = 0.1;    // seconds of standing out that make a span: less is a click

/// Mean-square level of each whole frame, in dB of full scale.
std::vector<double> frame_levels(const Waveform& waveform, size_t frame_samples) {
  std::vector<double> levels;
  for (size_t begin = 0; begin + frame_samples <= waveform.samples.size(); begin += frame_samples) {
    double energy = 0;
    for (size_t i = begin; i < begin + frame_samples; ++i) {
      const double sample = waveform.samples[i];
      if (std::isfinite(sample)) energy += sample * sample;
    }
    levels.push_back(std::max(quietest_level, 10 * std::log10(energy / frame_samples + 1e-12)));
  }
  return levels;
}

double quantile(std::vector<double> values, double share) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(share * (values.size() - 1));
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::vector<std::array<double, 2>> voiced_spans(const Waveform& waveform) {
  if (waveform.sample_rate <= 0) return {};
  const auto frame_samples = static_cast<size_t>(std::max(1.0, frame_seconds * waveform.sample_rate));
  const std::vector<double> levels = frame_levels(waveform, frame_samples);
  if (levels.empty()) return {};

  const double background = quantile(levels, 0.10), loud = quantile(levels, 0.95);
  if (loud - background < least_range) return {};
  // A quarter of the way up, at most 10 dB: music under speech lifts the background but rarely hides syllables.
  const double threshold = std::max(least_level, background + std::clamp(0.25 * (loud - background), 2.0, 10.0));

  struct Run {
    double start, end, active;
  };
  std::vector<Run> runs;
  const double step = static_cast<double>(frame_samples) / waveform.sample_rate;
  for (size_t frame = 0; frame < levels.size(); ++frame) {
    if (levels[frame] < threshold) continue;
    const double start = frame * step, end = start + step;
    if (runs.empty() || start - runs.back().end > least_gap) runs.push_back({start, start, 0});
    runs.back().end = end;
    runs.back().active += step;
  }

  std::vector<std::array<double, 2>> spans;
  for (const Run& run : runs) {
    if (run.active < least_active) continue;
    const double start = std::max(0.0, run.start - padding), end = std::min(waveform.duration(), run.end + padding);
    if (!spans.empty() && start <= spans.back()[1]) {
      spans.back()[1] = end;
    } else {
      spans.push_back({start, end});
    }
  }
  return spans;
}

}  // namespace foreview
