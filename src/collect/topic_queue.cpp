#include "collect/topic_queue.h"

#include <algorithm>
#include <span>

#include "core/random.h"

namespace foreview {

void TopicQueue::add_topic(const std::string& name, size_t done, std::vector<Candidate> candidates) {
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) { return a.key < b.key; });
  Random(derive_seed(seed_, "collect.topic." + name)).shuffle(std::span(candidates));
  topics_[name] = {done, std::move(candidates)};
}

std::optional<std::pair<std::string, Candidate>> TopicQueue::next() {
  const auto can_go_on = [&](const Topic& topic) { return topic.done < per_topic_ && !topic.candidates.empty(); };
  std::pair<const std::string, Topic>* least = nullptr;
  for (auto& entry : topics_)
    if (can_go_on(entry.second) && (!least || entry.second.done < least->second.done)) least = &entry;
  if (!least) return std::nullopt;
  std::pair<std::string, Candidate> turn{least->first, std::move(least->second.candidates.back())};
  least->second.candidates.pop_back();
  return turn;
}

size_t TopicQueue::wanted() const {
  size_t sum = 0;
  for (const auto& [name, topic] : topics_) sum += topic.done < per_topic_ ? per_topic_ - topic.done : 0;
  return sum;
}

}  // namespace foreview
