#include "whisper/logit_filters.h"

#include <gtest/gtest.h>

#include <cmath>

namespace foreview {
namespace {

// A vocabulary of 10 text tokens, end-of-text, <|notimestamps|> and 20 timestamps.
constexpr TimestampRules rules{.end_of_text = 10, .no_timestamps = 11, .timestamp_begin = 12, .max_initial_index = 5};

/// Which tokens are left after `sampled`; text token 3 is by far the likeliest unless said otherwise.
std::vector<int> allowed(const std::vector<int>& sampled, float text = 20) {
  std::vector<float> logits(32, 0.0f);
  logits[3] = logits[10] = text;
  apply_timestamp_rules(logits, sampled, rules);
  std::vector<int> left;
  for (int i = 0; i < 32; ++i)
    if (std::isfinite(logits[i])) left.push_back(i);
  return left;
}
bool has(const std::vector<int>& tokens, int token) {
  return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

TEST(TimestampRulesTest, TheFirstTokenIsAnEarlyTimestamp) {
  EXPECT_EQ(allowed({}), (std::vector<int>{12, 13, 14, 15, 16, 17}));
}

TEST(TimestampRulesTest, TheWordNoTimestampsIsNeverSaid) { EXPECT_FALSE(has(allowed({12, 3}), 11)); }

TEST(TimestampRulesTest, TextFollowsAPair) {
  const auto left = allowed({12, 3, 15, 15});
  EXPECT_TRUE(has(left, 3));
  EXPECT_LT(left.back(), 12);
}

TEST(TimestampRulesTest, AnEndIsFollowedByATimestampOrTheEnd) {
  const auto left = allowed({12, 3, 15});
  EXPECT_FALSE(has(left, 3));
  EXPECT_TRUE(has(left, 10));
  EXPECT_TRUE(has(left, 15));  // the next segment may begin where this one ended
}

TEST(TimestampRulesTest, TimeDoesNotGoBackAndSegmentsLast) {
  EXPECT_FALSE(has(allowed({12, 3, 15}), 14));
  const auto inside = allowed({15, 3});
  EXPECT_FALSE(has(inside, 15));
  EXPECT_TRUE(has(inside, 16));
}

TEST(TimestampRulesTest, TimestampsWinTogether) {
  // Twenty equal timestamps outweigh one text token that is likelier than each of them.
  EXPECT_FALSE(has(allowed({12, 3}, 1.0f), 3));
  EXPECT_TRUE(has(allowed({12, 3}, 20.0f), 3));
}

TEST(LogitFiltersTest, BlankIsForbiddenAtTheStartAlone) {
  const std::vector<int> begin = {1, 10}, some = {3};
  std::vector<float> logits(12, 0.0f);
  suppress_blank(logits, some, begin);
  EXPECT_EQ(logits[1], 0.0f);
  suppress_blank(logits, {}, begin);
  EXPECT_TRUE(std::isinf(logits[1]) && std::isinf(logits[10]));
  EXPECT_EQ(logits[2], 0.0f);
}

TEST(LogitFiltersTest, LogSumExp) {
  const std::vector<float> values = {1, 2, 3}, none = {-INFINITY, -INFINITY};
  EXPECT_NEAR(log_sum_exp(values), 3.4076059644, 1e-6);
  EXPECT_EQ(log_sum_exp(none), -INFINITY);
}

}  // namespace
}  // namespace foreview
