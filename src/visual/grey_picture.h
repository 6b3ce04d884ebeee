#pragma once

#include <cstddef>
#include <vector>

#include "media/tracks.h"
#include "visual/frame_scaling.h"

namespace foreview {

/// Luma (ITU-R BT.601) of one frame inside a box.
struct GreyPicture {
  int width = 0, height = 0;
  std::vector<float> values;  // [height, width], 0 to 1
  float at(int x, int y) const { return values[static_cast<size_t>(y * width + x)]; }
};

GreyPicture grey_picture(const Frames& frames, const PixelBox& box, size_t frame);

}  // namespace foreview
