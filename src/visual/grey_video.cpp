#include "visual/grey_video.h"

#include <cmath>

#include "media/luma.h"
#include "visual/frame_scaling.h"

namespace foreview {
namespace {

/// The frames without their letterbox borders.
Frames cropped(const Frames& frames) {
  const PixelBox box = content_of(frames);
  if (box.width == frames.width && box.height == frames.height) return frames;
  Frames inside{.width = box.width,
                .height = box.height,
                .pixels = {},
                .times = frames.times,
                .content_box = {0, 0, box.width, box.height}};
  const size_t row_bytes = static_cast<size_t>(frames.width) * 3, used = static_cast<size_t>(box.width) * 3;
  inside.pixels.reserve(frames.count() * used * static_cast<size_t>(box.height));
  for (size_t frame = 0; frame < frames.count(); ++frame) {
    for (int y = box.top; y < box.top + box.height; ++y) {
      const uint8_t* row = frames.pixels.data() +
                           (frame * static_cast<size_t>(frames.height) + static_cast<size_t>(y)) * row_bytes +
                           static_cast<size_t>(box.left) * 3;
      inside.pixels.insert(inside.pixels.end(), row, row + used);
    }
  }
  return inside;
}

}  // namespace

GreyVideo grey_square(const Frames& frames, int size) {
  check_frames(frames);
  GreyVideo video{.size = size, .frames = frames.count(), .pixels = {}};
  if (frames.count() == 0) return video;
  const ScaledVideo scaled = scale_frames(cropped(frames), size, size);
  video.pixels.reserve(scaled.pixels.size() / 3);
  for (size_t i = 0; i + 2 < scaled.pixels.size(); i += 3)
    video.pixels.push_back(static_cast<uint8_t>(std::lround(luma<float>(&scaled.pixels[i]))));
  return video;
}

}  // namespace foreview
