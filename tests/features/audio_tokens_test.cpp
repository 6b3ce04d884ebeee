#include "features/audio_tokens.h"

#include <gtest/gtest.h>

#include "foreview/error.h"

namespace foreview {
namespace {

// Two segments of a track that begins 0.5 s after the pictures.
const TimedVectors statistics{.dimension = 2, .values = {1, 2, 3, 4}, .spans = {{0.5, 2.5}, {2.5, 3.5}}};
const TimedVectors second_only{.dimension = 3, .values = {7, 8, 9}, .spans = {{2, 3}}};

TEST(AudioTokens, StatesStandBesideTheStatisticsOfTheSameSeconds) {
  const TimedVectors joined = join_encoder_states(statistics, second_only, 3);
  EXPECT_EQ(joined.dimension, 2 + encoder_state_columns(3));
  EXPECT_EQ(joined.values, (std::vector<float>{1, 2, 0, 0, 0, 0, 3, 4, 7, 8, 9, 1}));
  EXPECT_EQ(joined.spans, statistics.spans);
}

TEST(AudioTokens, WithoutStatesTheirPlaceIsZero) {
  EXPECT_EQ(join_encoder_states(statistics, {}, 1).values, (std::vector<float>{1, 2, 0, 0, 3, 4, 0, 0}));
}

TEST(AudioTokens, WithoutAWidthStatisticsStayAsTheyAre) {
  EXPECT_EQ(join_encoder_states(statistics, second_only, 0).values, statistics.values);
}

TEST(AudioTokens, AnotherWidthIsRefused) { EXPECT_THROW(join_encoder_states(statistics, second_only, 4), Error); }

TEST(AudioTokens, StatesBeyondTheStatisticsAreLeftOut) {
  const TimedVectors late{.dimension = 1, .values = {5}, .spans = {{4, 4.05}}};
  EXPECT_EQ(join_encoder_states(statistics, late, 1).values, (std::vector<float>{1, 2, 0, 0, 3, 4, 0, 0}));
}

}  // namespace
}  // namespace foreview
