#include "speech/pitch_glide.h"

#include <algorithm>
#include <cmath>

namespace foreview {
namespace {

constexpr int decimation = 2, rate = 8000;                 // samples per second after decimation
constexpr int hop = rate / 100, window = rate / 25;        // samples
constexpr int shortest = rate / 400, longest = rate / 70;  // periods, samples
constexpr double least_correlation = 0.5;
constexpr double quietest = 1e-8;  // mean square, -80 dB of full scale

std::vector<float> decimated(const Waveform& waveform) {
  std::vector<float> samples(waveform.samples.size() / decimation);
  for (size_t i = 0; i < samples.size(); ++i) {
    const float a = waveform.samples[2 * i], b = waveform.samples[2 * i + 1];
    samples[i] = (std::isfinite(a) ? a : 0) + (std::isfinite(b) ? b : 0);
  }
  return samples;
}

/// sum of a[i] * b[i] over the window.
double product(const float* a, const float* b) {
  float lanes[8] = {};
  for (int i = 0; i < window; i += 8)
    for (int lane = 0; lane < 8; ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  double sum = 0;
  for (const float lane : lanes) sum += lane;
  return sum;
}

/// `samples` holds window + longest + 1 samples.
double pitch_of(const float* samples) {
  const double here = product(samples, samples);
  if (here < quietest * window) return 0;
  double correlation[longest + 2] = {};
  double energy = product(samples + shortest - 1, samples + shortest - 1);
  for (int lag = shortest - 1; lag <= longest + 1; ++lag) {
    correlation[lag] = product(samples, samples + lag) / std::sqrt(here * std::max(energy, 1e-12));
    if (lag <= longest) {
      const double out = samples[lag], in = samples[lag + window];
      energy += in * in - out * out;
    }
  }
  const double best = *std::max_element(correlation + shortest, correlation + longest + 1);
  if (best < least_correlation) return 0;
  for (int lag = shortest; lag <= longest; ++lag) {
    const double left = correlation[lag - 1], middle = correlation[lag], right = correlation[lag + 1];
    // The shortest period that is nearly the best: its multiples correlate as well.
    if (middle < 0.9 * best || middle < left || middle <= right) continue;
    const double bend = left - 2 * middle + right;
    return rate / (lag + (bend < 0 ? std::clamp(0.5 * (left - right) / bend, -0.5, 0.5) : 0));
  }
  return 0;
}

}  // namespace

std::vector<double> pitch_track(const Waveform& waveform) {
  const std::vector<float> samples = decimated(waveform);
  std::vector<double> pitch;
  for (size_t at = 0; at + window + longest + 1 < samples.size(); at += hop) pitch.push_back(pitch_of(&samples[at]));
  return pitch;
}

std::vector<bool> pitch_glides(const std::vector<double>& pitch) {
  std::vector<bool> glides(pitch.size(), false);
  for (size_t t = 2; t + 2 < pitch.size(); ++t) {
    bool up = true, down = true;
    for (size_t i = t - 1; i <= t + 2; ++i) {
      const double change = pitch[i] > 0 && pitch[i - 1] > 0 ? pitch[i] / pitch[i - 1] - 1 : 0;
      up = up && change > 0.001 && change < 0.04;
      down = down && change < -0.001 && change > -0.04;
    }
    glides[t] = up || down;
  }
  return glides;
}

}  // namespace foreview
