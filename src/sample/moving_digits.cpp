#include "sample/moving_digits.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>

#include "core/random.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr uint32_t three_dimensions_of_bytes = 0x00000803;
constexpr size_t most_pixels = size_t{1} << 30;

struct GzipClose {
  void operator()(gzFile file) const { gzclose(file); }
};
using GzipHandle = std::unique_ptr<std::remove_pointer_t<gzFile>, GzipClose>;

void read_exactly(gzFile from, uint8_t* into, size_t count, const std::filesystem::path& file) {
  const int got = gzread(from, into, static_cast<unsigned>(count));
  if (got < 0 || static_cast<size_t>(got) != count) {
    throw Error({.file = file.string(),
                 .problem = "the file ends early",
                 .expected = std::to_string(count) + " bytes more",
                 .got = std::to_string(std::max(got, 0)),
                 .advice = "get the file again"});
  }
}

uint32_t big_endian(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

/// Position and direction on the unit square.
struct Mover {
  double x, y, dx, dy;

  void advance() {
    const auto bounce = [](double& at, double& speed) {
      at += speed;
      if (at >= 0 && at <= 1) return;
      at = std::clamp(at, 0.0, 1.0);
      speed = -speed;
    };
    bounce(x, dx);
    bounce(y, dy);
  }
};

void paint(const GreyImages& images, size_t image, size_t left, size_t top, size_t side, uint8_t* frame) {
  const uint8_t* picture = images.pixels.data() + image * images.height * images.width;
  for (size_t row = 0; row < images.height; ++row) {
    for (size_t column = 0; column < images.width; ++column) {
      uint8_t& pixel = frame[(top + row) * side + left + column];
      pixel = std::max(pixel, picture[row * images.width + column]);
    }
  }
}

}  // namespace

GreyImages read_idx_images(const std::filesystem::path& file) {
  const GzipHandle handle(gzopen(file.c_str(), "rb"));
  if (!handle) throw Error({.file = file.string(), .problem = "the file cannot be opened", .advice = "check its name"});
  std::array<uint8_t, 16> header{};
  read_exactly(handle.get(), header.data(), header.size(), file);
  if (big_endian(header.data()) != three_dimensions_of_bytes) {
    throw Error({.file = file.string(),
                 .problem = "this is no IDX file of pictures",
                 .expected = "the bytes 00 00 08 03 first",
                 .advice = "use an images file of MNIST (…-images-idx3-ubyte), plain or .gz"});
  }
  GreyImages images{.count = big_endian(&header[4]), .height = big_endian(&header[8]), .width = big_endian(&header[12])};
  const size_t plane = images.height * images.width;
  if (plane == 0 || plane > most_pixels || images.count == 0 || images.count > most_pixels / plane) {
    throw Error({.file = file.string(),
                 .problem = "the header tells impossible sizes",
                 .expected = "1 to 2^30 pixels in all",
                 .got = std::to_string(images.count) + " pictures of " + std::to_string(images.height) + "x" +
                        std::to_string(images.width)});
  }
  images.pixels.resize(images.count * plane);
  read_exactly(handle.get(), images.pixels.data(), images.pixels.size(), file);
  return images;
}

std::vector<uint8_t> moving_digits(const GreyImages& images, size_t first_image, size_t last_image,
                                   const MovingDigitsOptions& options, uint64_t seed, size_t index) {
  if (first_image >= last_image || last_image > images.count || images.height > options.side ||
      images.width > options.side) {
    throw Error({.problem = "the digits do not fit what is to be drawn from them"});
  }
  Random random(derive_seed(seed, "moving digits " + std::to_string(index)));
  std::vector<uint8_t> frames(options.frames * options.side * options.side);
  for (size_t digit = 0; digit < options.digits; ++digit) {
    const size_t image = first_image + random.below(last_image - first_image);
    const double angle = random.uniform(0, 2 * std::numbers::pi);
    Mover mover{random.uniform(), random.uniform(), options.step * std::cos(angle), options.step * std::sin(angle)};
    for (size_t t = 0; t < options.frames; ++t) {
      const auto left = static_cast<size_t>(mover.x * static_cast<double>(options.side - images.width));
      const auto top = static_cast<size_t>(mover.y * static_cast<double>(options.side - images.height));
      paint(images, image, left, top, options.side, frames.data() + t * options.side * options.side);
      mover.advance();
    }
  }
  return frames;
}

}  // namespace foreview
