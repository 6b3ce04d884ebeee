#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sample/drifting_layer.h"
#include "sample/plan.h"

namespace foreview {

/// An abstract clip: large objects that drift over a background, small ones at half their speed behind them. Colours,
/// shapes and starting places are drawn apart from the movement, and the picture wraps around, so that any one frame
/// looks the same whichever way things move.
class Scene {
 public:
  /// Pixels.
  Scene(const VideoPlan& plan, int width, int height);

  /// The frame at `seconds`; rgb: [height, width, 3]. Not for several threads at once.
  void draw(double seconds, std::span<uint8_t> rgb);

 private:
  int width_, height_;
  double right_per_second_, down_per_second_;   // pixels
  double bob_height_, bob_period_, bob_phase_;  // pixels, seconds, radians
  std::vector<float> background_, picture_;     // [3, height, width], 0 to 1
  DriftingLayer far_, near_;
};

/// Frame widths a second of a movement factor in [-1, 1]: its sign is the direction, 0.12 to 0.55 its tempo, slow
/// enough to be followed at four frames a second.
double drift_speed(double factor);

}  // namespace foreview
