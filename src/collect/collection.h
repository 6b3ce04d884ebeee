#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collect/archive.h"
#include "collect/collect.h"
#include "collect/collect_session.h"
#include "collect/topic_list.h"
#include "collect/topic_queue.h"
#include "core/progress.h"

namespace foreview {

/// The videos that a file with one address a line names; comments begin with "#". Throws Error{usage} when there is
/// none.
std::vector<Candidate> listed_candidates(const std::filesystem::path& file, const SiteProfile& profile);

/// One run: deals out the work to one browser session or several, and keeps count.
class Collection {
 public:
  explicit Collection(const CollectOptions& options);

  /// Throws Error when nothing at all could be collected.
  void run();

 private:
  using Turn = std::pair<std::string, Candidate>;  // topic and video

  void collect_new();
  void fill_queue(const std::vector<Topic>& topics, TopicQueue& queue);
  void collect_queue(TopicQueue& queue, Progress& progress);
  std::optional<Turn> take_turn(TopicQueue& queue);
  void settle(TopicQueue& queue, const Turn& turn, const ItemResult& result, Progress& progress);
  void refresh_all();

  /// Calls `step` in each session, over and over until it says false or one of them ends the run.
  void in_sessions(const std::function<bool(CollectSession&)>& step);

  int count_request();
  bool is_open(const Candidate& candidate) const;
  std::vector<Candidate> open_candidates(const std::string& topic) const;
  void stop_topic(const std::string& topic, const std::string& why);
  void tell(const ItemResult& result, const std::string& address);

  CollectOptions options_;
  SiteProfile profile_;
  Archive archive_;
  std::atomic<int> refusals_ = 0;  // of hosts that asked to be left alone
  Politeness politeness_;
  RobotsCache robots_;
  std::vector<std::unique_ptr<CollectSession>> sessions_;

  std::atomic<bool> ended_ = false;   // one of them says so: the others finish what they have begun
  std::mutex mutex_;                  // of what follows, once several sessions run, and of the queue
  std::set<std::string> on_the_way_;  // keys
  size_t collected_ = 0, skipped_ = 0, stopped_ = 0, worked_ = 0;
  int changed_ = 0;  // pages in a row that are not the profile's
};

}  // namespace foreview
