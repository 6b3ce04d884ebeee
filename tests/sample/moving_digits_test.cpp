#include "sample/moving_digits.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/files.h"
#include "foreview/error.h"
#include "support/reference_data.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

/// One bright pixel in the middle of a 3x3 picture: where it is tells where the picture is.
GreyImages dots() {
  GreyImages images{.count = 2, .height = 3, .width = 3, .pixels = std::vector<uint8_t>(18)};
  images.pixels[4] = 200;
  images.pixels[9 + 4] = 100;
  return images;
}

size_t brightest(const std::vector<uint8_t>& frames, size_t t, size_t plane) {
  const auto begin = frames.begin() + static_cast<std::ptrdiff_t>(t * plane);
  return static_cast<size_t>(std::max_element(begin, begin + static_cast<std::ptrdiff_t>(plane)) - begin);
}

TEST(MovingDigits, MoveStraightOnAndStayInside) {
  const MovingDigitsOptions options{.digits = 1, .frames = 40, .side = 103, .step = 0.1};
  const std::vector<uint8_t> frames = moving_digits(dots(), 0, 1, options, 1, 0);
  const size_t plane = options.side * options.side;
  int turns = 0;
  long last_dx = 0;
  for (size_t t = 0; t + 1 < options.frames; ++t) {
    const size_t here = brightest(frames, t, plane), next = brightest(frames, t + 1, plane);
    ASSERT_EQ(frames[t * plane + here], 200) << t;
    const long dx = static_cast<long>(next % options.side) - static_cast<long>(here % options.side);
    EXPECT_LE(std::abs(dx), 11) << t;  // a tenth of the 100 pixels of room, and rounding
    if (dx * last_dx < 0) ++turns;
    last_dx = dx;
  }
  EXPECT_GE(turns, 1);
}

TEST(MovingDigits, SeedAndIndexDecideEverything) {
  const MovingDigitsOptions options{.frames = 3, .side = 20};
  EXPECT_EQ(moving_digits(dots(), 0, 2, options, 5, 7), moving_digits(dots(), 0, 2, options, 5, 7));
  EXPECT_NE(moving_digits(dots(), 0, 2, options, 5, 7), moving_digits(dots(), 0, 2, options, 5, 8));
  EXPECT_NE(moving_digits(dots(), 0, 2, options, 5, 7), moving_digits(dots(), 0, 2, options, 6, 7));
}

TEST(MovingDigits, OnlyTheGivenPicturesAreUsed) {
  for (size_t index = 0; index < 20; ++index) {
    const std::vector<uint8_t> frames = moving_digits(dots(), 1, 2, {.frames = 2, .side = 20}, 3, index);
    EXPECT_EQ(*std::ranges::max_element(frames), 100);
  }
}

TEST(IdxImages, OtherFilesAndShortOnesAreRefused) {
  const testing::TemporaryFolder folder;
  write_file_atomically(folder.path() / "text", "this is no picture file at all");
  EXPECT_THROW(read_idx_images(folder.path() / "text"), Error);
  const char header[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5};
  write_file_atomically(folder.path() / "short", std::string(header, sizeof header));
  EXPECT_THROW(read_idx_images(folder.path() / "short"), Error);
  const char huge[] = {0, 0, 8, 3, 127, 0, 0, 0, 127, 0, 0, 0, 127, 0, 0, 0};
  write_file_atomically(folder.path() / "huge", std::string(huge, sizeof huge));
  EXPECT_THROW(read_idx_images(folder.path() / "huge"), Error);
}

TEST(IdxImages, RealDigits) {
  const auto reference = testing::reference_data();
  if (!reference) GTEST_SKIP() << "no reference data folder";
  const GreyImages images = read_idx_images(*reference / "data/mnist/t10k-images-idx3-ubyte.gz");
  EXPECT_EQ(images.count, 10000u);
  EXPECT_EQ(images.height, 28u);
  EXPECT_EQ(images.width, 28u);
}

}  // namespace
}  // namespace foreview
