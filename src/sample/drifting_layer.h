#pragma once

#include <array>
#include <span>
#include <vector>

namespace foreview {

using Colour = std::array<float, 3>;  // red, green, blue, 0 to 1

enum class Shape { disc, ring, rounded_square, triangle };

/// One object of a layer. Lengths in pixels.
struct SceneObject {
  Shape shape = Shape::disc;
  double x = 0, y = 0;  // centre
  double radius = 40;
  double angle = 0;  // of shape and stripes, radians
  Colour colour{};
  double stripe_contrast = 0;  // 0: plain; 1: from black to twice as light
  double opacity = 1;
};

/// A picture on a torus: what leaves on one side comes in on the other, so that however far it is moved, the same
/// pixels are in view.
class DriftingLayer {
 public:
  DriftingLayer(int width, int height);

  /// Paints over what is there.
  void paint(const SceneObject& object);
  /// Puts the layer, moved by (x, y) pixels to the right and down, over `picture`: [3, height, width], 0 to 1.
  void blend_onto(std::span<float> picture, double x, double y) const;

 private:
  int width_, height_;
  std::vector<float> planes_;  // [4, height, width]; colours times opacity, then opacity
};

}  // namespace foreview
