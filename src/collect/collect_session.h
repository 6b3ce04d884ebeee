#pragma once

#include <string>

#include "collect/browser.h"
#include "collect/item_collector.h"
#include "collect/link_finder.h"
#include "collect/media_download.h"
#include "collect/page_visitor.h"
#include "collect/web_client.h"

namespace foreview {

/// One browser and what belongs to it. Used by one thread; what it shares with other sessions is thread-safe. The
/// browser may be lost at any time: it is started anew and the work done again, a few times.
class CollectSession {
 public:
  struct Shared {
    const CollectOptions& options;
    const SiteProfile& profile;
    Archive& archive;
    Politeness& politeness;
    RobotsCache& robots;
  };
  explicit CollectSession(const Shared& shared);

  /// At least `wanted` links of the topic's start pages, as long as new ones come. Throws as ItemCollector does.
  FoundLinks find_links(const Topic& topic, size_t wanted);
  ItemResult collect(const std::string& topic, const Candidate& candidate);
  ItemResult refresh(const ArchivedItem& item);

 private:
  template <class Work>
  auto with_browser(Work&& work);

  Shared shared_;
  Browser browser_;
  WebClient client_;
  PageVisitor visitor_;
  MediaDownload download_;
  ItemCollector items_;
};

}  // namespace foreview
