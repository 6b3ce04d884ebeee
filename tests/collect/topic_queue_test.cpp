#include "collect/topic_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace foreview {
namespace {

std::vector<Candidate> some_candidates(const std::string& topic, int count) {
  std::vector<Candidate> list;
  for (int i = 0; i < count; ++i) list.push_back({topic + std::to_string(i), "https://x/" + topic + std::to_string(i)});
  return list;
}

std::vector<std::string> order_of(TopicQueue& queue) {
  std::vector<std::string> keys;
  while (const auto turn = queue.next()) {
    keys.push_back(turn->second.key);
    queue.finish(turn->first, true);
  }
  return keys;
}

TEST(TopicQueue, TopicsTakeTurnsAndTheSeedDecidesTheOrder) {
  const auto run = [](uint64_t seed, bool reversed) {
    TopicQueue queue(5, seed);
    for (const std::string topic : {"a", "b", "c"}) {
      auto candidates = some_candidates(topic, topic == "b" ? 2 : 20);
      if (reversed) std::reverse(candidates.begin(), candidates.end());
      queue.add_topic(topic, topic == "c" ? 3 : 0, candidates);
    }
    return order_of(queue);
  };
  const auto keys = run(1, false);
  EXPECT_EQ(keys, run(1, true)) << "the order in which links were found does not matter";
  EXPECT_NE(keys, run(2, false));
  EXPECT_EQ(keys.size(), 5u + 2u + 2u);
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size());
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(keys[i][0], i % 2 ? 'b' : 'a') << "c has three already";
}

TEST(TopicQueue, AStoppedTopicHasNoMoreTurns) {
  TopicQueue queue(5, 1);
  queue.add_topic("a", 0, some_candidates("a", 9));
  queue.add_topic("b", 0, some_candidates("b", 9));
  EXPECT_EQ(queue.wanted(), 10u);
  queue.stop("a");
  EXPECT_EQ(order_of(queue).size(), 5u);
}

TEST(TopicQueue, WhatIsOnItsWayCountsUntilItFails) {
  TopicQueue queue(2, 1);
  queue.add_topic("a", 0, some_candidates("a", 9));
  queue.add_topic("b", 1, some_candidates("b", 9));
  EXPECT_EQ(queue.next()->first, "a");
  EXPECT_EQ(queue.next()->first, "a");
  EXPECT_EQ(queue.next()->first, "b");
  EXPECT_FALSE(queue.next()) << "all that is wanted is on its way";
  queue.finish("a", true);
  EXPECT_FALSE(queue.next());
  queue.finish("a", false);
  EXPECT_EQ(queue.next()->first, "a") << "in the place of the one that failed";
}

}  // namespace
}  // namespace foreview
