#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace foreview {

/// Grey pictures of equal size, 0 to 255.
struct GreyImages {
  size_t count = 0, height = 0, width = 0;
  std::vector<uint8_t> pixels;  // [count, height, width]
};

/// The pictures of an IDX file of bytes in three dimensions (LeCun's MNIST files), plain or gzip. Throws Error naming the
/// file when it is something else or ends early.
GreyImages read_idx_images(const std::filesystem::path& file);

/// What Moving MNIST shows (Srivastava et al. 2015): digits on a black square that move straight on and bounce off its
/// sides; where they overlap, the lighter pixel counts.
struct MovingDigitsOptions {
  size_t digits = 2;
  size_t frames = 20;
  size_t side = 64;   // pixels
  double step = 0.1;  // of the way from side to side, a frame
};

/// Sequence number `index` of those that `seed` gives: [frames, side, side], 0 to 255. Digits are drawn from pictures
/// first_image to last_image - 1. The same arguments give the same sequence on every platform.
std::vector<uint8_t> moving_digits(const GreyImages& images, size_t first_image, size_t last_image,
                                   const MovingDigitsOptions& options, uint64_t seed, size_t index);

}  // namespace foreview
