#pragma once

#include <cmath>
#include <functional>
#include <numbers>

#include "core/random.h"
#include "media/tracks.h"

namespace foreview::testing {

inline Waveform sound(double seconds, const std::function<double(double)>& at_second) {
  Waveform waveform;
  for (int i = 0; i < seconds * waveform.sample_rate; ++i) {
    waveform.samples.push_back(static_cast<float>(at_second(static_cast<double>(i) / waveform.sample_rate)));
  }
  return waveform;
}

/// A tone whose frequency goes from one to the other (Hz) on a logarithmic scale.
inline Waveform sweep(double seconds, double from, double to, double amplitude = 0.3) {
  double phase = 0;
  return sound(seconds, [&](double t) {
    phase += 2 * std::numbers::pi * from * std::pow(to / from, t / seconds) / 16000;
    return amplitude * std::sin(phase);
  });
}

/// Noise at `loud` between the two moments (seconds) and at `quiet` elsewhere.
inline Waveform noise_burst(double seconds, double from, double to, double loud, double quiet) {
  Random random(1);
  return sound(seconds, [&](double t) { return (t >= from && t < to ? loud : quiet) * random.normal(); });
}

}  // namespace foreview::testing
