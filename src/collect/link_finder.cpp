#include "collect/link_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>

#include "collect/web_address.h"
#include "core/log.h"

namespace foreview {
namespace {

/// Links of one page, added to what was found before. Gives how many were new.
class LinkCollection {
 public:
  LinkCollection(const SiteProfile& profile, FoundLinks& found) : profile_(profile), found_(found) {
    for (const Candidate& candidate : found.candidates) keys_.insert(candidate.key);
  }

  size_t add(const std::vector<std::string>& links, const std::string& page_host) {
    size_t fresh = 0;
    for (const std::string& link : links) {
      Candidate candidate = candidate_of(link, profile_);
      if (candidate.key.empty() || WebAddress::parse(candidate.address).host != page_host) continue;
      if (!keys_.insert(candidate.key).second) continue;
      found_.candidates.push_back(std::move(candidate));
      ++fresh;
    }
    return fresh;
  }

 private:
  const SiteProfile& profile_;
  FoundLinks& found_;
  std::set<std::string> keys_;
};

}  // namespace

Candidate candidate_of(const std::string& address, const SiteProfile& profile) {
  std::smatch match;
  if (!std::regex_search(address, match, std::regex(profile.link_pattern))) return {};
  const std::string whole = address.substr(0, static_cast<size_t>(match.position(0) + match.length(0)));
  try {
    WebAddress::parse(whole);
  } catch (const Error&) {
    return {};
  }
  return {fmt::format("{}:{}", profile.name, match[1].str()), whole};
}

FoundLinks find_links(const Topic& topic, size_t wanted, const SiteProfile& profile, PageVisitor& visitor,
                      Browser& browser) {
  FoundLinks found;
  for (const std::string& page : topic.start_pages) {
    const Visit visit = visitor.open(page);
    if (visit.outcome == VisitOutcome::walled) {
      found.stopped = visit.reason;
      return found;
    }
    if (visit.outcome != VisitOutcome::opened) {
      warn_line(fmt::format("{}: {}", page, visit.reason));
      continue;
    }
    const std::string host = WebAddress::parse(visit.address).host;
    LinkCollection links(profile, found);
    links.add(browser.links(profile.link_selector), host);
    int idle = 0;
    for (int scroll = 0; scroll < profile.most_scrolls && idle < profile.scroll_patience; ++scroll) {
      if (found.candidates.size() >= wanted) return found;
      browser.scroll_to_end();
      wait_politely(profile.scroll_pause);
      idle = links.add(browser.links(profile.link_selector), host) > 0 ? 0 : idle + 1;
    }
  }
  return found;
}

}  // namespace foreview
