#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "dataset/catalog.h"

namespace foreview {

class RecordStore;

/// Replaces a catalog's videos: read_folder fills records(), complete() turns them into videos, publish() lets them
/// take the place of the old ones in one transaction. Until then, and when the update is given up, the catalog stays as
/// it was. Memory does not grow with the number of records.
class CatalogUpdate {
 public:
  explicit CatalogUpdate(Catalog& catalog);
  ~CatalogUpdate();

  RecordStore& records() { return *records_; }
  /// Number of records.
  size_t size() const;

  /// Calls `see` for each record until it returns false.
  void for_each_record(const std::function<bool(const Record&)>& see) const;
  /// Calls `complete` with batches of videos that have their record alone, for it to fill in the rest, and keeps them.
  /// Skips of content that the catalog knew stay, unless `complete` skips a video itself.
  void complete(const std::function<void(std::vector<Video>&)>& complete);
  void publish(const std::vector<Problem>& problems);

 private:
  Catalog::Impl& catalog_;
  std::unique_ptr<RecordStore> records_;
};

}  // namespace foreview
