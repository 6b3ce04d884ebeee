#include "visual/colour_histogram.h"

#include <cstdint>

#include "visual/frame_scaling.h"

namespace foreview {

std::vector<float> colour_histogram(const Frames& frames) {
  check_frames(frames);
  if (frames.count() == 0) return {};
  const PixelBox box = content_of(frames);
  std::vector<uint64_t> counts(64, 0);
  const size_t row_bytes = static_cast<size_t>(frames.width) * 3;
  for (size_t frame = 0; frame < frames.count(); ++frame) {
    for (int y = box.top; y < box.top + box.height; ++y) {
      const uint8_t* pixel = frames.pixels.data() +
                             (frame * static_cast<size_t>(frames.height) + static_cast<size_t>(y)) * row_bytes +
                             static_cast<size_t>(box.left) * 3;
      for (int x = 0; x < box.width; ++x, pixel += 3) {
        ++counts[static_cast<size_t>((pixel[0] >> 6) * 16 + (pixel[1] >> 6) * 4 + (pixel[2] >> 6))];
      }
    }
  }
  const double total =
      static_cast<double>(frames.count()) * static_cast<double>(box.width) * static_cast<double>(box.height);
  std::vector<float> shares;
  shares.reserve(counts.size());
  for (const uint64_t count : counts) shares.push_back(static_cast<float>(static_cast<double>(count) / total));
  return shares;
}

}  // namespace foreview
