#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// A rectangle of whole pixels.
struct PixelBox {
  int left = 0, top = 0, width = 0, height = 0;
};

/// Throws Error when sizes and pixel count of the frames do not go together.
void check_frames(const Frames& frames);
/// The content box cut to the frame; the whole frame where the box is empty.
PixelBox content_of(const Frames& frames);

/// A video as the encoder sees it: small, with the letterbox known.
struct ScaledVideo {
  int width = 0, height = 0;  // pixels
  size_t frames = 0;
  std::vector<uint8_t> pixels;   // [frames, height, width, 3]
  std::vector<uint8_t> picture;  // [height, width], 1 where a pixel is picture and not letterbox border

  size_t bytes() const { return pixels.size() + picture.size(); }
};

/// Area average: each small pixel is the mean of what it covers.
ScaledVideo scale_frames(const Frames& frames, int width, int height);

}  // namespace foreview
