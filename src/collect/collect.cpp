#include "collect/collect.h"

#include <fmt/format.h>

#include <cstdio>
#include <ctime>

#include "collect/collection.h"
#include "collect/collection_progress.h"
#include "collect/topic_list.h"
#include "foreview/version.h"

namespace foreview {
namespace {

std::string user_agent_of(const CollectOptions& options) {
  const std::string contact = options.contact.empty() ? "" : "; +" + options.contact;
  return fmt::format("Mozilla/5.0 (compatible; foreview-collect/{}{})", version(), contact);
}

CollectOptions with_user_agent(CollectOptions options) {
  options.browser.user_agent = user_agent_of(options);
  return options;
}

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
  if (options.progress) {
    const auto now = static_cast<double>(std::time(nullptr));
    std::fputs(describe(read_collection_progress(options.out, now)).c_str(), stdout);
    return;
  }
  if (options.topics.empty() && options.urls.empty() && !options.refresh)
    throw Error({.problem = "nothing to collect is named", .advice = "name --topics FILE, --urls FILE or --refresh"},
                ErrorKind::usage);
  if (!options.topics.empty() + !options.urls.empty() + options.refresh > 1)
    throw Error(
        {.problem = "more than one thing to collect is named", .advice = "name one of --topics, --urls and --refresh"},
        ErrorKind::usage);
  if (options.dry_run) return print_plan(options);
  Collection(with_user_agent(options)).run();
}

}  // namespace foreview
