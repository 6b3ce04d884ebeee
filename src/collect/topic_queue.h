#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collect/archive.h"

namespace foreview {

/// Whose turn it is: always a topic that has the fewest videos so far (those on their way included), so that a run that
/// ends early is balanced, too; within a topic in an order that the seed decides.
class TopicQueue {
 public:
  TopicQueue(size_t per_topic, uint64_t seed) : per_topic_(per_topic), seed_(seed) {}

  /// `done`: videos the topic has already. The order depends on the set of candidates, not on their order.
  void add_topic(const std::string& name, size_t done, std::vector<Candidate> candidates);
  /// The topic and its next candidate, on its way until finish(). Absent when nothing is left to do; more may be left
  /// after a finish() without success.
  std::optional<std::pair<std::string, Candidate>> next();
  void finish(const std::string& topic, bool collected);
  void stop(const std::string& topic);
  bool is_stopped(const std::string& topic) const { return topics_.at(topic).stopped; }
  size_t done(const std::string& topic) const { return topics_.at(topic).done; }
  /// How many more are wanted, of all topics together.
  size_t wanted() const;

 private:
  struct Topic {
    size_t done = 0, on_the_way = 0;
    bool stopped = false;
    std::vector<Candidate> candidates;  // the next one last
  };
  size_t per_topic_;
  uint64_t seed_;
  std::map<std::string, Topic> topics_;
};

}  // namespace foreview
