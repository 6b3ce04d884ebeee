#include "collect/politeness.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

TEST(Politeness, RetryAfterInSecondsAndAsADate) {
  EXPECT_EQ(seconds_of_retry_after("120", 0), 120);
  EXPECT_EQ(seconds_of_retry_after("Thu, 01 Jan 1970 00:02:00 GMT", 100), 20);
  EXPECT_EQ(seconds_of_retry_after("Thu, 01 Jan 1970 00:02:00 GMT", 500), 0) << "already over";
  EXPECT_FALSE(seconds_of_retry_after("soon", 0));
  EXPECT_FALSE(seconds_of_retry_after("-5", 0));
}

TEST(Politeness, TheDailyLimitEndsTheRun) {
  int asked = 0;
  Politeness politeness({.delay = 0, .daily_limit = 3}, 1, [&] { return asked++; });
  for (int i = 0; i < 3; ++i) politeness.before_request("a");
  EXPECT_THROW(politeness.before_request("b"), CollectionEnd);
}

TEST(Politeness, RefusalsDoubleThePauseAndAnAnswerEndsIt) {
  Politeness politeness({.delay = 1, .longest_wait = 100}, 1, [] { return 0; });
  const double first = politeness.back_off("a", std::nullopt);
  EXPECT_EQ(politeness.back_off("a", std::nullopt), 2 * first);
  EXPECT_EQ(politeness.back_off("b", std::nullopt), first) << "another host";
  politeness.answered("a");
  EXPECT_EQ(politeness.back_off("a", std::nullopt), first);
  EXPECT_EQ(politeness.back_off("a", "7"), 7) << "Retry-After decides";
  EXPECT_THROW(politeness.back_off("a", "101"), CollectionEnd);
}

}  // namespace
}  // namespace foreview
