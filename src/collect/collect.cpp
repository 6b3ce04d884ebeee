#include "collect/collect.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <limits>

#include "collect/item_collector.h"
#include "collect/link_finder.h"
#include "collect/topic_list.h"
#include "collect/topic_queue.h"
#include "core/files.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/text.h"
#include "foreview/version.h"

namespace foreview {
namespace {

constexpr int most_restarts = 3;  // of the browser, for one page
constexpr int most_changed = 5;   // pages in a row that are not the profile's
constexpr int most_tries = 3;     // of one video, over all runs
constexpr size_t pool = 2;        // links wanted for each video wanted, to choose among

std::string today() { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr))); }

std::string user_agent_of(const CollectOptions& options) {
  const std::string contact = options.contact.empty() ? "" : "; +" + options.contact;
  return fmt::format("Mozilla/5.0 (compatible; foreview-collect/{}{})", version(), contact);
}

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

/// One run.
class Collection {
 public:
  explicit Collection(const CollectOptions& options)
      : options_(with_user_agent(options)),
        profile_(load_site_profile(options.profile)),
        archive_(options.out / ".foreview-collect/archive.sqlite"),
        browser_(options_.browser),
        politeness_(options.politeness, options.seed, [this] { return count_request(); }),
        robots_(client_, politeness_,
                {.obey = options.obey_robots,
                 .user_agent = options_.browser.user_agent,
                 .allow_private_addresses = profile_.media.allow_private_addresses}),
        visitor_(browser_, politeness_, robots_, profile_),
        download_(client_, politeness_, robots_, profile_.media),
        items_({options_, profile_, archive_, browser_, visitor_, download_}, options_.browser.user_agent) {
    remove_stale_temporaries(options.out);
  }

  void run() {
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

 private:
  static CollectOptions with_user_agent(CollectOptions options) {
    options.browser.user_agent = user_agent_of(options);
    return options;
  }

  int count_request() {
    const std::string day = today();
    const int before = archive_.requests_on(day);
    if (options_.politeness.daily_limit == 0 || before < options_.politeness.daily_limit) archive_.count_request(day);
    return before;
  }

  /// The browser may be lost at any time: it is started anew and the work done again, a few times.
  template <class Work>
  auto with_browser(Work&& work) {
    for (int restarts = 0;; ++restarts) {
      try {
        return work();
      } catch (const BrowserLost& lost) {
        throw_if_interrupted();
        browser_.restart();
        if (restarts == most_restarts) throw;
        warn_line(fmt::format("{}; it is started anew", lost.parts().problem));
      }
    }
  }

  bool is_open(const Candidate& candidate) const {
    const auto known = archive_.find(candidate.key);
    return !known || (known->state == ItemState::failed && known->tries < most_tries);
  }

  std::vector<Candidate> open_candidates(const std::string& topic) const {
    std::vector<Candidate> open;
    for (Candidate& candidate : archive_.candidates(topic))
      if (is_open(candidate)) open.push_back(std::move(candidate));
    return open;
  }

  void stop_topic(const std::string& topic, const std::string& why) {
    warn_line(fmt::format("topic {} stops: {}", topic, why));
    ++stopped_;
  }

  void fill_queue(const std::vector<Topic>& topics, TopicQueue& queue) {
    for (const Topic& topic : topics) {
      const size_t done = archive_.done_in_topic(topic.name);
      const size_t wanted = done < options_.per_topic ? options_.per_topic - done : 0;
      if (open_candidates(topic.name).size() < wanted) {
        const FoundLinks found =
            with_browser([&] { return find_links(topic, pool * options_.per_topic, profile_, visitor_, browser_); });
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

  void collect_new() {
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
    while (const auto turn = queue.next()) {
      throw_if_interrupted();
      const auto& [topic, candidate] = *turn;
      if (!is_open(candidate)) continue;  // found under another topic meanwhile
      const ItemResult result =
          with_browser([&, &topic = topic, &candidate = candidate] { return items_.collect(topic, candidate); });
      tell(result, candidate.address);
      if (result.outcome == ItemOutcome::walled) {
        stop_topic(topic, result.reason);
        queue.stop(topic);
      }
      if (result.outcome == ItemOutcome::collected) {
        queue.count_done(topic);
        progress.advance();
      } else {
        progress.count_failure();
      }
      progress.set_detail(fmt::format("{} {}, {} passed over", topic, queue.done(topic), skipped_));
    }
    for (const Topic& topic : topics)
      if (queue.done(topic.name) < per_topic)
        warn_line(fmt::format("topic {}: {} of {} videos", topic.name, queue.done(topic.name), per_topic));
  }

  void refresh_all() {
    const std::vector<ArchivedItem> known = archive_.done_items();
    Progress progress("refresh", known.size(), "videos");
    for (const ArchivedItem& item : known) {
      throw_if_interrupted();
      const ItemResult result = with_browser([&] { return items_.refresh(item); });
      tell(result, item.address);
      if (result.outcome == ItemOutcome::walled) throw CollectionEnd{result.reason, "the rest is left for another day"};
      progress.advance();
      if (result.outcome != ItemOutcome::collected) progress.count_failure();
    }
  }

  void tell(const ItemResult& result, const std::string& address) {
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
      throw Error(
          {.file = address,
           .problem = fmt::format("{} pages in a row are not what the profile {} says", changed_, profile_.name),
           .advice = "see the lines above; correct a copy of the profile and name it with --profile"});
  }

  CollectOptions options_;
  SiteProfile profile_;
  Archive archive_;
  WebClient client_;
  Browser browser_;
  Politeness politeness_;
  RobotsCache robots_;
  PageVisitor visitor_;
  MediaDownload download_;
  ItemCollector items_;
  size_t collected_ = 0, skipped_ = 0, stopped_ = 0, worked_ = 0;
  int changed_ = 0;
};

void print_plan(const CollectOptions& options) {
  const SiteProfile profile = load_site_profile(options.profile);
  std::printf("profile %s, user agent \"%s\"\n", profile.name.c_str(), user_agent_of(options).c_str());
  std::printf("about %g s between requests to one host, %d requests a day, robots.txt %s\n", options.politeness.delay,
              options.politeness.daily_limit, options.obey_robots ? "obeyed" : "IGNORED");
  if (!options.topics.empty())
    for (const Topic& topic : read_topics(options.topics, profile)) {
      std::printf("topic %s: up to %zu videos from\n", topic.name.c_str(), options.per_topic);
      for (const std::string& page : topic.start_pages) std::printf("  %s\n", page.c_str());
    }
  if (!options.urls.empty())
    for (const Candidate& candidate : listed_candidates(options.urls, profile))
      std::printf("%s\n", candidate.address.c_str());
}

}  // namespace

void collect(const CollectOptions& options) {
  if (options.topics.empty() && options.urls.empty() && !options.refresh)
    throw Error({.problem = "nothing to collect is named", .advice = "name --topics FILE, --urls FILE or --refresh"},
                ErrorKind::usage);
  if (!options.topics.empty() + !options.urls.empty() + options.refresh > 1)
    throw Error(
        {.problem = "more than one thing to collect is named", .advice = "name one of --topics, --urls and --refresh"},
        ErrorKind::usage);
  if (options.dry_run) return print_plan(options);
  Collection(options).run();
}

}  // namespace foreview
