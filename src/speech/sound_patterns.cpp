#include "speech/sound_patterns.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace foreview {
namespace {

constexpr double frames_per_second = 100;
constexpr double silence_level = -5;  // bel of full scale
constexpr double onset_rise = 0.6;    // bel within onset_frames that count as an onset
constexpr int onset_frames = 5;
constexpr double still = 0.01;  // octaves a frame below which pitch counts as held
constexpr double jump = 0.5;    // octaves a frame above which it is another partial, not a movement
constexpr std::array<double, 6> tempo_edges = {0.5, 1, 2, 4, 8, 16};  // Hz
constexpr int loudness_features = 5 + static_cast<int>(tempo_edges.size()) - 1;
constexpr int movement_features = 7;

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return values.empty() ? 0 : sum / values.size();
}

double deviation_of(const std::vector<double>& values, double mean) {
  double sum = 0;
  for (double value : values) sum += (value - mean) * (value - mean);
  return values.empty() ? 0 : std::sqrt(sum / values.size());
}

/// Least-squares slope of values over times; 0 for fewer than two.
double slope_of(const std::vector<double>& times, const std::vector<double>& values) {
  const double mean_time = mean_of(times), mean_value = mean_of(values);
  double covariance = 0, variance = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    covariance += (times[i] - mean_time) * (values[i] - mean_value);
    variance += (times[i] - mean_time) * (times[i] - mean_time);
  }
  return variance > 0 ? covariance / variance : 0;
}

/// Amplitude (bel) of loudness beating between two frequencies: root of the summed squared Fourier amplitudes on a grid
/// of quarter octaves.
double beating(const std::vector<double>& loudness, double mean, double low, double high) {
  double power = 0;
  for (int quarter = 0; quarter < 4; ++quarter) {
    const double frequency = low * std::pow(high / low, (quarter + 0.5) / 4);
    std::complex<double> sum = 0;
    for (size_t i = 0; i < loudness.size(); ++i) {
      sum += (loudness[i] - mean) * std::polar(1.0, -2 * std::numbers::pi * frequency * i / frames_per_second);
    }
    power += std::norm(sum * (2.0 / loudness.size()));
  }
  return std::sqrt(power);
}

void add_loudness(const std::vector<double>& loudness, std::vector<float>& features) {
  std::vector<double> times(loudness.size());
  for (size_t i = 0; i < times.size(); ++i) times[i] = i / frames_per_second;
  int silent = 0, onsets = 0;
  size_t next_onset = onset_frames;
  for (size_t i = 0; i < loudness.size(); ++i) {
    silent += loudness[i] < silence_level;
    if (i >= next_onset && loudness[i] > silence_level && loudness[i] - loudness[i - onset_frames] > onset_rise) {
      ++onsets;
      next_onset = i + 2 * onset_frames;
    }
  }
  const double mean = mean_of(loudness), count = loudness.size();
  for (double value : {mean, deviation_of(loudness, mean), slope_of(times, loudness), silent / count,
                       onsets * frames_per_second / count}) {
    features.push_back(static_cast<float>(value));
  }
  for (size_t i = 0; i + 1 < tempo_edges.size(); ++i) {
    features.push_back(static_cast<float>(beating(loudness, mean, tempo_edges[i], tempo_edges[i + 1])));
  }
}

void add_movement(const std::vector<double>& values, const std::vector<double>& loudness,
                  std::vector<float>& features) {
  std::vector<double> times, heard;
  double signed_change = 0, change = 0, rising = 0, falling = 0, pairs = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (loudness[i] < silence_level) continue;
    times.push_back(i / frames_per_second);
    heard.push_back(values[i]);
    if (i == 0 || loudness[i - 1] < silence_level) continue;
    const double step = values[i] - values[i - 1];
    if (std::abs(step) > jump) continue;
    signed_change += step;
    change += std::abs(step);
    rising += step > still;
    falling += step < -still;
    ++pairs;
  }
  pairs = std::max(1.0, pairs);
  const double mean = mean_of(heard);
  for (double value : {mean, deviation_of(heard, mean), slope_of(times, heard), signed_change / pairs * 10,
                       change / pairs * 10, rising / pairs, falling / pairs}) {
    features.push_back(static_cast<float>(value));
  }
}

}  // namespace

int pattern_feature_count() { return loudness_features + 2 * movement_features; }

void add_pattern_features(const SoundTrack& track, std::vector<float>& features) {
  add_loudness(track.loudness, features);
  add_movement(track.pitch, track.loudness, features);
  add_movement(track.centroid, track.loudness, features);
}

}  // namespace foreview
