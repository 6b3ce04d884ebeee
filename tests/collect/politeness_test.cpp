#include "collect/politeness.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

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
  Politeness politeness({.delay = 0, .daily_limit = 3}, 1, {[&] { return asked++; }});
  for (int i = 0; i < 3; ++i) static_cast<void>(politeness.before_request("a"));
  EXPECT_THROW(static_cast<void>(politeness.before_request("b")), CollectionEnd);
}

TEST(Politeness, OneThreadAtATimeAsksAHost) {
  int asked = 0;  // guarded by the object itself
  Politeness politeness({.delay = 0, .daily_limit = 0}, 1, {[&] { return asked++; }});
  std::map<std::string, std::atomic<int>> at_once;
  at_once["a"] = at_once["b"] = 0;
  std::atomic<int> most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back([&, host = std::string(i % 2 ? "a" : "b")] {
      for (int k = 0; k < 200; ++k) {
        const HostTurn turn = politeness.before_request(host);
        const int now = ++at_once.at(host);
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::yield();
        --at_once.at(host);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(asked, 1200);
}

TEST(Politeness, AHostThatIsAskedDoesNotHoldUpOthers) {
  Politeness politeness({.delay = 0, .daily_limit = 0}, 1, {[] { return 0; }});
  const HostTurn turn = politeness.before_request("a");
  EXPECT_TRUE(politeness.before_request("b"));
}

TEST(Politeness, RefusalsDoubleThePauseAndAnAnswerEndsIt) {
  std::map<std::string, int> refusals;
  Politeness politeness({.delay = 1, .longest_wait = 100}, 1,
                        {[] { return 0; }, [&](const std::string& host) { ++refusals[host]; }});
  const double first = politeness.back_off("a", std::nullopt);
  EXPECT_EQ(politeness.back_off("a", std::nullopt), 2 * first);
  EXPECT_EQ(politeness.back_off("b", std::nullopt), first) << "another host";
  politeness.answered("a");
  EXPECT_EQ(politeness.back_off("a", std::nullopt), first);
  EXPECT_EQ(politeness.back_off("a", "7"), 7) << "Retry-After decides";
  EXPECT_THROW(politeness.back_off("a", "101"), CollectionEnd);
  EXPECT_EQ(refusals, (std::map<std::string, int>{{"a", 5}, {"b", 1}}));
}

}  // namespace
}  // namespace foreview
