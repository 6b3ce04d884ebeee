#pragma once

#include <filesystem>
#include <string>

#include "collect/archive.h"
#include "collect/browser.h"
#include "collect/collect.h"
#include "collect/item_extractor.h"
#include "collect/media_download.h"
#include "collect/page_visitor.h"
#include "media/decode_worker.h"

namespace foreview {

enum class ItemOutcome {
  collected,
  skipped,  // gone, refused or failed; the archive says why
  changed,  // its page is not what the profile says
  walled,   // a log-in or captcha page: its topic ends
};

struct ItemResult {
  ItemOutcome outcome = ItemOutcome::skipped;
  std::string reason;  // one line; empty when collected
};

/// Collects one video: opens its page, reads its item, fetches and checks its media, writes its files, and remembers
/// it.
class ItemCollector {
 public:
  struct Parts {
    const CollectOptions& options;
    const SiteProfile& profile;
    Archive& archive;
    Browser& browser;
    PageVisitor& visitor;
    MediaDownload& download;
  };
  ItemCollector(const Parts& parts, std::string user_agent);

  /// Throws BrowserLost, CollectionEnd, Error{interrupted}, and Error when the disk fails.
  ItemResult collect(const std::string& topic, const Candidate& candidate);
  /// Reads its counts again; its media stays.
  ItemResult refresh(const ArchivedItem& item);

 private:
  struct Media {
    std::string extension;  // empty: none
    uint64_t bytes = 0;
    DownloadOutcome outcome = DownloadOutcome::complete;
    std::string reason;
  };
  Media fetch_media(const PageItem& item, const ArchivedItem& archived, const Visit& visit);
  DownloadOutcome fetch_from(const std::string& address, const std::filesystem::path& part, const DownloadOptions& how,
                             Media& media);
  void write_info(const PageItem& item, const ArchivedItem& archived, const Visit& visit, const std::string& extension);
  ItemResult settle(ArchivedItem item, ItemState state, const std::string& reason);
  std::string stem_of(const std::string& id) const;

  Parts parts_;
  std::string user_agent_;
  DecodeWorker decoder_;
};

}  // namespace foreview
