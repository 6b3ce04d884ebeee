#include "collect/topic_queue.h"

#include <algorithm>
#include <span>

#include "core/random.h"

namespace foreview {

void TopicQueue::add_topic(const std::string& name, size_t done, std::vector<Candidate> candidates) {
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.key < b.key; });
  Random(derive_seed(seed_, "collect.topic." + name)).shuffle(std::span(candidates));
  topics_[name] = {.done = done, .candidates = std::move(candidates)};
}

std::optional<std::pair<std::string, Candidate>> TopicQueue::next() {
  const auto taken = [](const Topic& topic) { return topic.done + topic.on_the_way; };
  const auto can_go_on = [&](const Topic& topic) { return taken(topic) < per_topic_ && !topic.candidates.empty(); };
  std::pair<const std::string, Topic>* least = nullptr;
  for (auto& entry : topics_)
    if (can_go_on(entry.second) && (!least || taken(entry.second) < taken(least->second))) least = &entry;
  if (!least) return std::nullopt;
  std::pair<std::string, Candidate> turn{least->first, std::move(least->second.candidates.back())};
  least->second.candidates.pop_back();
  ++least->second.on_the_way;
  return turn;
}

void TopicQueue::finish(const std::string& topic, bool collected) {
  Topic& state = topics_.at(topic);
  --state.on_the_way;
  state.done += collected;
}

void TopicQueue::stop(const std::string& topic) {
  topics_.at(topic).candidates.clear();
  topics_.at(topic).stopped = true;
}

size_t TopicQueue::wanted() const {
  size_t sum = 0;
  for (const auto& [name, topic] : topics_) sum += topic.done < per_topic_ ? per_topic_ - topic.done : 0;
  return sum;
}

}  // namespace foreview
