#include "collect/collection.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <limits>
#include <thread>

#include "collect/link_finder.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/text.h"

namespace foreview {
namespace {

constexpr int most_changed = 5;  // pages in a row that are not the profile's
constexpr int most_tries = 3;    // of one video, over all runs
constexpr size_t pool = 2;       // links wanted for each video wanted, to choose among
constexpr std::chrono::milliseconds look_again{50};

std::string today() { return utc_day(std::time(nullptr)); }

}  // namespace

std::vector<Candidate> listed_candidates(const std::filesystem::path& file, const SiteProfile& profile) {
  std::vector<Candidate> list;
  for (std::string line : split_text(read_file(file), '\n')) {
    while (!line.empty() && static_cast<unsigned char>(line.back()) <= ' ') line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    WebAddress::parse(line);
    Candidate candidate = candidate_of(line, profile);
    list.push_back(candidate.key.empty() ? Candidate{profile.name + ":" + line, line} : candidate);
  }
  if (list.empty())
    throw Error({.file = file.string(), .problem = "names no address", .advice = "one a line"}, ErrorKind::usage);
  return list;
}

Collection::Collection(const CollectOptions& options)
    : options_(options),
      profile_(load_site_profile(options.profile)),
      archive_(options.out / ".foreview-collect/archive.sqlite"),
      politeness_(options.politeness, options.seed,
                  {[this] { return count_request(); },
                   [this](const std::string& host) {
                     archive_.count_refusal(today(), host);
                     ++refusals_;
                   }}),
      robots_(politeness_, {.obey = options.obey_robots,
                            .user_agent = options.browser.user_agent,
                            .allow_private_addresses = profile_.media.allow_private_addresses}) {
  remove_stale_temporaries(options.out);
  for (int i = 0; i < options.sessions; ++i)
    sessions_.push_back(
        std::make_unique<CollectSession>(CollectSession::Shared{options_, profile_, archive_, politeness_, robots_}));
}

void Collection::run() {
  try {
    if (options_.refresh)
      refresh_all();
    else
      collect_new();
  } catch (const CollectionEnd& end) {
    warn_line(fmt::format("{}; {}", end.reason, end.advice));
  }
  std::printf("%zu collected, %zu passed over, %zu topics stopped\n", collected_, skipped_, stopped_);
  if (collected_ == 0 && worked_ > 0)
    throw Error({.problem = "nothing was collected", .advice = "see the lines above"});
}

void Collection::in_sessions(const std::function<bool(CollectSession&)>& step) {
  ended_ = false;
  std::mutex first_mutex;
  std::exception_ptr end, failure;  // the first of each; a failure tells more than a polite end
  const auto keep = [&](std::exception_ptr& first) {
    const std::lock_guard lock(first_mutex);
    if (!first) first = std::current_exception();
    ended_ = true;
  };
  const auto work = [&](CollectSession& session) {
    try {
      while (!ended_ && step(session)) throw_if_interrupted();
    } catch (const CollectionEnd&) {
      keep(end);
    } catch (...) {
      keep(failure);
    }
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < sessions_.size(); ++i) others.emplace_back(work, std::ref(*sessions_[i]));
  work(*sessions_[0]);
  for (std::thread& thread : others) thread.join();
  if (failure) std::rethrow_exception(failure);
  if (end) std::rethrow_exception(end);
}

int Collection::count_request() {
  const std::string day = today();
  const int before = archive_.requests_on(day);
  if (options_.politeness.daily_limit == 0 || before < options_.politeness.daily_limit) archive_.count_request(day);
  return before;
}

bool Collection::is_open(const Candidate& candidate) const {
  const auto known = archive_.find(candidate.key);
  return !known || (known->state == ItemState::failed && known->tries < most_tries);
}

std::vector<Candidate> Collection::open_candidates(const std::string& topic) const {
  std::vector<Candidate> open;
  for (Candidate& candidate : archive_.candidates(topic))
    if (is_open(candidate)) open.push_back(std::move(candidate));
  return open;
}

void Collection::stop_topic(const std::string& topic, const std::string& why) {
  warn_line(fmt::format("topic {} stops: {}", topic, why));
  ++stopped_;
}

void Collection::fill_queue(const std::vector<Topic>& topics, TopicQueue& queue) {
  for (const Topic& topic : topics) {
    const size_t done = archive_.done_in_topic(topic.name);
    const size_t wanted = done < options_.per_topic ? options_.per_topic - done : 0;
    if (open_candidates(topic.name).size() < wanted) {
      const FoundLinks found = sessions_[0]->find_links(topic, pool * options_.per_topic);
      archive_.add_candidates(topic.name, found.candidates);
      info_line(fmt::format("topic {}: {} videos linked", topic.name, found.candidates.size()));
      worked_ += found.candidates.empty();
      if (!found.stopped.empty()) {
        stop_topic(topic.name, found.stopped);
        queue.add_topic(topic.name, done, {});
        continue;
      }
    }
    queue.add_topic(topic.name, done, open_candidates(topic.name));
  }
}

void Collection::collect_new() {
  size_t per_topic = options_.per_topic;
  std::vector<Topic> topics;
  if (!options_.topics.empty()) topics = read_topics(options_.topics, profile_);
  if (!options_.urls.empty()) {
    per_topic = std::numeric_limits<size_t>::max() / 2;
    archive_.add_candidates("", listed_candidates(options_.urls, profile_));
  }
  TopicQueue queue(per_topic, options_.seed);
  fill_queue(topics, queue);
  const auto listed = options_.urls.empty() ? std::vector<Candidate>() : open_candidates("");
  if (!listed.empty()) queue.add_topic("", 0, listed);
  Progress progress("collect", listed.empty() ? queue.wanted() : listed.size(), "videos");
  collect_queue(queue, progress);
  for (const Topic& topic : topics)
    if (queue.done(topic.name) < per_topic)
      warn_line(fmt::format("topic {}: {} of {} videos", topic.name, queue.done(topic.name), per_topic));
}

void Collection::collect_queue(TopicQueue& queue, Progress& progress) {
  in_sessions([&](CollectSession& session) {
    const auto turn = take_turn(queue);
    if (turn) settle(queue, *turn, session.collect(turn->first, turn->second), progress);
    return turn.has_value();
  });
}

/// Absent when nothing is left. While other sessions are at work, what they fail to get may have to be made up for.
std::optional<Collection::Turn> Collection::take_turn(TopicQueue& queue) {
  for (;; std::this_thread::sleep_for(look_again)) {
    throw_if_interrupted();
    const std::lock_guard lock(mutex_);
    while (auto turn = queue.next()) {
      if (is_open(turn->second) && on_the_way_.insert(turn->second.key).second) return turn;
      queue.finish(turn->first, false);  // found under another topic meanwhile
    }
    if (on_the_way_.empty() || ended_) return std::nullopt;
  }
}

void Collection::settle(TopicQueue& queue, const Turn& turn, const ItemResult& result, Progress& progress) {
  const auto& [topic, candidate] = turn;
  const std::lock_guard lock(mutex_);
  on_the_way_.erase(candidate.key);
  queue.finish(topic, result.outcome == ItemOutcome::collected);
  if (result.outcome == ItemOutcome::walled) {
    if (!queue.is_stopped(topic)) stop_topic(topic, result.reason);
    queue.stop(topic);
  }
  tell(result, candidate.address);
  if (result.outcome == ItemOutcome::collected)
    progress.advance();
  else
    progress.count_failure();
  progress.set_detail(
      fmt::format("{} {}, {} passed over, {} refusals", topic, queue.done(topic), skipped_, refusals_.load()));
}

void Collection::refresh_all() {
  const std::vector<ArchivedItem> known = archive_.done_items();
  Progress progress("refresh", known.size(), "videos");
  std::atomic<size_t> next = 0;
  in_sessions([&](CollectSession& session) {
    const size_t mine = next++;
    if (mine >= known.size()) return false;
    const ItemResult result = session.refresh(known[mine]);
    const std::lock_guard lock(mutex_);
    tell(result, known[mine].address);
    if (result.outcome == ItemOutcome::walled) throw CollectionEnd{result.reason, "the rest is left for another day"};
    progress.advance();
    if (result.outcome != ItemOutcome::collected) progress.count_failure();
    return true;
  });
}

void Collection::tell(const ItemResult& result, const std::string& address) {
  ++worked_;
  if (result.outcome == ItemOutcome::collected) {
    ++collected_;
    changed_ = 0;
    return;
  }
  ++skipped_;
  const bool changed = result.outcome == ItemOutcome::changed;
  warn_line(changed ? result.reason : fmt::format("{}: {}", address, result.reason));
  changed_ = changed ? changed_ + 1 : changed_;
  if (changed_ >= most_changed)
    throw Error({.file = address,
                 .problem = fmt::format("{} pages in a row are not what the profile {} says", changed_, profile_.name),
                 .advice = "see the lines above; correct a copy of the profile and name it with --profile"});
}

}  // namespace foreview
