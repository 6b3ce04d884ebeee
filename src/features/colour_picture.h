#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "media/luma.h"
#include "visual/frame_scaling.h"

namespace foreview {

using Colour = std::array<float, 3>;  // red, green, blue, 0 to 1

inline float luma_of(const Colour& colour) { return luma(colour[0], colour[1], colour[2]); }

/// One frame inside a box. [height, width]
struct ColourPicture {
  int width = 0, height = 0;
  std::vector<Colour> colours;
  std::vector<float> luma;

  size_t place(int x, int y) const {
    return static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x);
  }
  float at(int x, int y) const { return luma[place(x, y)]; }
};

ColourPicture colour_picture(const Frames& frames, const PixelBox& box, size_t frame);

}  // namespace foreview
