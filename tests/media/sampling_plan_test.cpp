#include "media/sampling_plan.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

TEST(SamplingPlan, TakesTheFrameOnDisplayAtEachTick) {
  SamplingPlan plan({.frames_per_second = 4});
  EXPECT_EQ(plan.samples_until(0.1), 1u);   // tick 0
  EXPECT_EQ(plan.samples_until(0.25), 0u);  // no tick between 0.1 and 0.25
  EXPECT_EQ(plan.samples_until(0.9), 3u);   // 0.25, 0.5, 0.75
  EXPECT_EQ(plan.samples_until_track_end(1.0), 0u);
}

TEST(SamplingPlan, NumberOfSamplesIsDurationTimesRateRoundedUp) {
  for (const auto& [duration, expected] : {std::pair{5.0, 20u}, {5.01, 21u}, {4.99, 20u}, {0.01, 1u}, {0.0, 1u}}) {
    SamplingPlan plan({.frames_per_second = 4});
    EXPECT_EQ(plan.samples_until_track_end(duration), expected) << duration;
  }
}

TEST(SamplingPlan, RoundedTimestampsDoNotMoveAFrame) {
  SamplingPlan plan({.frames_per_second = 3});
  EXPECT_EQ(plan.samples_until(1.0 / 3 + 1e-9), 1u);
  EXPECT_EQ(plan.samples_until(2.0 / 3 - 1e-9), 1u);
  EXPECT_EQ(plan.samples_until(1.0), 1u);
}

TEST(SamplingPlan, StopsAtMostSecondsWhateverTheTimestampsClaim) {
  SamplingPlan plan({.frames_per_second = 4, .most_seconds = 2});
  EXPECT_EQ(plan.samples_until(1), 4u);
  EXPECT_FALSE(plan.full());
  EXPECT_EQ(plan.samples_until(1e18), 4u);
  EXPECT_TRUE(plan.full());
  EXPECT_EQ(plan.samples_until_track_end(2e18), 0u);
  EXPECT_EQ(most_frames({.frames_per_second = 4, .most_seconds = 180}), 720u);
  EXPECT_EQ(most_frames({.frames_per_second = 4, .most_seconds = 0.1}), 1u);
}

}  // namespace
}  // namespace foreview
