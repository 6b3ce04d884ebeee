#include "media/letterbox.h"

#include <gtest/gtest.h>

#include <vector>

namespace foreview {
namespace {

constexpr int32_t kOne = 1 << 16;

/// A 2x1 picture, red left and blue right, magnified.
FramePtr red_and_blue(int width, int height) {
  FramePtr frame = new_frame();
  frame->format = AV_PIX_FMT_RGB24;
  frame->width = width;
  frame->height = height;
  EXPECT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      uint8_t* pixel = frame->data[0] + y * frame->linesize[0] + 3 * x;
      pixel[0] = x < width / 2 ? 255 : 0;
      pixel[1] = 0;
      pixel[2] = x < width / 2 ? 0 : 255;
    }
  return frame;
}

struct Painted {
  std::vector<uint8_t> rgb;
  std::array<int, 4> box;
  int width;
  char at(int x, int y) const {
    const uint8_t* pixel = rgb.data() + 3 * (y * width + x);
    if (pixel[0] > 200 && pixel[2] < 50) return 'r';
    if (pixel[2] > 200 && pixel[0] < 50) return 'b';
    return pixel[0] + pixel[1] + pixel[2] == 0 ? '.' : '?';
  }
};

Painted paint(const AVFrame& frame, Orientation orientation, int width, int height, AVRational aspect = {0, 1}) {
  Painted painted{std::vector<uint8_t>(size_t{3} * width * height, 7), {}, width};
  painted.box = Letterbox(width, height, orientation).paint(frame, aspect, painted.rgb);
  return painted;
}

TEST(FitBox, KeepsTheShapeAndIsEven) {
  EXPECT_EQ(fit_box(1080, 1920, 72, 128), (std::array{0, 0, 72, 128}));
  EXPECT_EQ(fit_box(1920, 1080, 72, 128), (std::array{0, 44, 72, 40}));
  EXPECT_EQ(fit_box(100, 1000, 72, 128), (std::array{30, 0, 12, 128}));
  EXPECT_EQ(fit_box(1, 8192, 72, 128), (std::array{35, 0, 2, 128}));
  EXPECT_EQ(fit_box(10, 10, 1, 1), (std::array{0, 0, 1, 1}));
}

TEST(Orientation, ComesFromTheDisplayMatrix) {
  const std::array<int32_t, 9> upright{kOne, 0, 0, 0, kOne, 0, 0, 0, 1 << 30};
  EXPECT_FALSE(Orientation::from_display_matrix(upright).swaps_sides());
  const std::array<int32_t, 9> quarter{0, kOne, 0, -kOne, 0, 0, 0, 0, 1 << 30};
  const Orientation turned = Orientation::from_display_matrix(quarter);
  EXPECT_TRUE(turned.swaps_sides());
  EXPECT_EQ(turned.b, 1);
  EXPECT_EQ(turned.c, -1);
  const std::array<int32_t, 9> nothing{};
  EXPECT_EQ(Orientation::from_display_matrix(nothing).a, 1);
  const std::array<int32_t, 9> extreme{INT32_MIN, INT32_MIN, 0, INT32_MIN, INT32_MIN, 0, 0, 0, 0};
  EXPECT_EQ(Orientation::from_display_matrix(extreme).a, -1);
}

TEST(Letterbox, PutsTheQuarterTurnsWhereTheyBelong) {
  const FramePtr frame = red_and_blue(64, 32);
  const Painted upright = paint(*frame, {}, 32, 32);
  EXPECT_EQ(upright.box, (std::array{0, 8, 32, 16}));
  EXPECT_EQ(upright.at(2, 16), 'r');
  EXPECT_EQ(upright.at(29, 16), 'b');
  EXPECT_EQ(upright.at(2, 7), '.');
  EXPECT_EQ(upright.at(2, 24), '.');

  const Painted clockwise = paint(*frame, {.a = 0, .b = 1, .c = -1, .d = 0}, 32, 32);
  EXPECT_EQ(clockwise.box, (std::array{8, 0, 16, 32}));
  EXPECT_EQ(clockwise.at(16, 2), 'r');
  EXPECT_EQ(clockwise.at(16, 29), 'b');
  EXPECT_EQ(clockwise.at(7, 16), '.');

  const Painted anticlockwise = paint(*frame, {.a = 0, .b = -1, .c = 1, .d = 0}, 32, 32);
  EXPECT_EQ(anticlockwise.at(16, 2), 'b');
  EXPECT_EQ(anticlockwise.at(16, 29), 'r');

  const Painted half = paint(*frame, {.a = -1, .b = 0, .c = 0, .d = -1}, 32, 32);
  EXPECT_EQ(half.at(2, 16), 'b');
  EXPECT_EQ(half.at(29, 16), 'r');
}

TEST(Letterbox, MakesPixelsSquare) {
  const FramePtr frame = red_and_blue(32, 32);
  EXPECT_EQ(paint(*frame, {}, 32, 32, {2, 1}).box, (std::array{0, 8, 32, 16}));
  frame->sample_aspect_ratio = {1, 2};  // the frame's own word counts more than the container's
  EXPECT_EQ(paint(*frame, {}, 32, 32, {2, 1}).box, (std::array{8, 0, 16, 32}));
  frame->sample_aspect_ratio = {INT32_MAX, 1};
  EXPECT_EQ(paint(*frame, {}, 32, 32).box, (std::array{0, 15, 32, 2}));
}

}  // namespace
}  // namespace foreview
