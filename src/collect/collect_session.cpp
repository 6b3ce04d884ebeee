#include "collect/collect_session.h"

#include <fmt/format.h>

#include "core/interrupt.h"
#include "core/log.h"

namespace foreview {
namespace {

constexpr int most_restarts = 3;  // of the browser, for one page

}  // namespace

CollectSession::CollectSession(const Shared& shared)
    : shared_(shared),
      browser_(shared.options.browser),
      visitor_(browser_, shared.politeness, shared.robots, shared.profile),
      download_(client_, shared.politeness, shared.robots, shared.profile.media),
      items_({shared.options, shared.profile, shared.archive, browser_, visitor_, download_},
             shared.options.browser.user_agent) {}

template <class Work>
auto CollectSession::with_browser(Work&& work) {
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

FoundLinks CollectSession::find_links(const Topic& topic, size_t wanted) {
  return with_browser([&] { return foreview::find_links(topic, wanted, shared_.profile, visitor_, browser_); });
}

ItemResult CollectSession::collect(const std::string& topic, const Candidate& candidate) {
  return with_browser([&] { return items_.collect(topic, candidate); });
}

ItemResult CollectSession::refresh(const ArchivedItem& item) {
  return with_browser([&] { return items_.refresh(item); });
}

}  // namespace foreview
