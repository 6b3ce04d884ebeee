#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// A video as the motion encoder sees it: the picture inside the letterbox, grey, drawn to a square.
struct GreyVideo {
  int size = 0;  // pixels a side
  size_t frames = 0;
  std::vector<uint8_t> pixels;  // [frames, size, size]
};

/// Area average of the content box; wide and tall pictures become the same square.
GreyVideo grey_square(const Frames& frames, int size);

}  // namespace foreview
