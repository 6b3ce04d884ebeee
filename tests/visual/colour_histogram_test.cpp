#include "visual/colour_histogram.h"

#include <gtest/gtest.h>

#include <numeric>

#include "foreview/error.h"
#include "moving_squares.h"

namespace foreview {
namespace {

// Left half red, right half black: 2 frames of 4x2.
Frames half_red() {
  Frames frames{.width = 4,
                .height = 2,
                .pixels = std::vector<uint8_t>(2 * 8 * 3),
                .times = {0, 0.25},
                .content_box = {0, 0, 4, 2}};
  for (size_t pixel = 0; pixel < 16; ++pixel) {
    if (pixel % 4 < 2) frames.pixels[pixel * 3] = 255;
  }
  return frames;
}

TEST(ColourHistogram, shares_of_the_colours) {
  const std::vector<float> histogram = colour_histogram(half_red());
  ASSERT_EQ(histogram.size(), 64u);
  EXPECT_FLOAT_EQ(histogram[0], 0.5f);
  EXPECT_FLOAT_EQ(histogram[3 * 16], 0.5f);
  EXPECT_FLOAT_EQ(std::accumulate(histogram.begin(), histogram.end(), 0.0f), 1.0f);
}

TEST(ColourHistogram, letterbox_borders_do_not_count) {
  Frames frames = half_red();
  frames.content_box = {0, 0, 2, 2};
  EXPECT_FLOAT_EQ(colour_histogram(frames)[3 * 16], 1.0f);
}

TEST(ColourHistogram, blind_to_order) {
  Frames frames = testing::moving_square(5, 6), reversed = frames;
  const size_t frame = frames.pixels.size() / 6;
  for (size_t t = 0; t < 6; ++t) {
    std::copy_n(frames.pixels.begin() + static_cast<std::ptrdiff_t>(t * frame), frame,
                reversed.pixels.begin() + static_cast<std::ptrdiff_t>((5 - t) * frame));
  }
  EXPECT_EQ(colour_histogram(frames), colour_histogram(reversed));
}

TEST(ColourHistogram, hostile_frames) {
  EXPECT_TRUE(colour_histogram({}).empty());
  Frames frames = half_red();
  frames.content_box = {-5, 7, 2147483647, -1};
  EXPECT_EQ(colour_histogram(frames).size(), 64u);
  frames.pixels.pop_back();
  EXPECT_THROW(colour_histogram(frames), Error);
}

}  // namespace
}  // namespace foreview
