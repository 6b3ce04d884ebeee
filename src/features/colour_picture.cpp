#include "features/colour_picture.h"

namespace foreview {

ColourPicture colour_picture(const Frames& frames, const PixelBox& box, size_t frame) {
  ColourPicture picture{.width = box.width, .height = box.height, .colours = {}, .luma = {}};
  const size_t row_bytes = static_cast<size_t>(frames.width) * 3;
  for (int y = box.top; y < box.top + box.height; ++y) {
    const uint8_t* pixel = frames.pixels.data() +
                           (frame * static_cast<size_t>(frames.height) + static_cast<size_t>(y)) * row_bytes +
                           static_cast<size_t>(box.left) * 3;
    for (int x = 0; x < box.width; ++x, pixel += 3) {
      const Colour colour = {pixel[0] / 255.0f, pixel[1] / 255.0f, pixel[2] / 255.0f};
      picture.colours.push_back(colour);
      picture.luma.push_back(luma_of(colour));
    }
  }
  return picture;
}

}  // namespace foreview
