#include "visual/grey_picture.h"

#include "media/luma.h"

namespace foreview {

GreyPicture grey_picture(const Frames& frames, const PixelBox& box, size_t frame) {
  GreyPicture grey{.width = box.width, .height = box.height, .values = {}};
  const size_t row_bytes = static_cast<size_t>(frames.width) * 3;
  for (int y = box.top; y < box.top + box.height; ++y) {
    const uint8_t* pixel = frames.pixels.data() +
                           (frame * static_cast<size_t>(frames.height) + static_cast<size_t>(y)) * row_bytes +
                           static_cast<size_t>(box.left) * 3;
    for (int x = 0; x < box.width; ++x, pixel += 3) grey.values.push_back(luma<float>(pixel) / 255.0f);
  }
  return grey;
}

}  // namespace foreview
