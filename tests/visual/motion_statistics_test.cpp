#include "visual/motion_statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "foreview/error.h"
#include "moving_squares.h"

namespace foreview {
namespace {

// A smooth wave that moves by (right, down) pixels a frame, 32x24.
Frames wave(double right, double down, int count = 6) {
  Frames frames{.width = 32, .height = 24, .pixels = {}, .times = {}, .content_box = {0, 0, 32, 24}};
  for (int t = 0; t < count; ++t) {
    for (int y = 0; y < 24; ++y)
      for (int x = 0; x < 32; ++x) {
        const double value = 128 + 50 * std::sin((x - right * t) * 0.4) + 50 * std::sin((y - down * t) * 0.5);
        frames.pixels.insert(frames.pixels.end(), 3, static_cast<uint8_t>(value));
      }
    frames.times.push_back(t / 4.0);
  }
  return frames;
}

TEST(MotionStatistics, tell_direction_and_speed) {
  const std::vector<float> moving = motion_statistics(wave(0.5, -0.25));
  ASSERT_EQ(moving.size(), static_cast<size_t>(motion_statistic_count));
  EXPECT_NEAR(moving[10], 0.5 / 32, 0.002);
  EXPECT_NEAR(moving[11], -0.25 / 24, 0.002);
  const std::vector<float> still = motion_statistics(wave(0, 0)), faster = motion_statistics(wave(1, 0));
  EXPECT_NEAR(still[0], std::log(1e-4), 1e-4);
  EXPECT_EQ(still[10], 0.0f);
  EXPECT_GT(faster[0], motion_statistics(wave(0.5, 0))[0]);
}

TEST(MotionStatistics, letterbox_borders_do_not_count) {
  Frames frames = wave(0.5, 0);
  frames.content_box = {0, 8, 32, 8};
  const std::vector<float> before = motion_statistics(frames);
  for (size_t t = 0; t < 6; ++t) frames.pixels[t * 32 * 24 * 3] = static_cast<uint8_t>(40 * t);
  EXPECT_EQ(motion_statistics(frames), before);
}

TEST(MotionStatistics, few_and_wrong_frames) {
  EXPECT_TRUE(motion_statistics({}).empty());
  EXPECT_EQ(motion_statistics(wave(1, 1, 1)), std::vector<float>(motion_statistic_count, 0.0f));
  Frames frames = wave(1, 1);
  frames.pixels.pop_back();
  EXPECT_THROW(motion_statistics(frames), Error);
}

}  // namespace
}  // namespace foreview
