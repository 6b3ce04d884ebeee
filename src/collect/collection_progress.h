#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace foreview {

/// Where a collection stands.
struct CollectionProgress {
  struct Topic {
    size_t collected = 0, open = 0, gone = 0, failed = 0;  // open: linked and not tried yet
  };
  std::map<std::string, Topic> topics;
  std::vector<std::pair<size_t, std::string>> reasons;  // why videos are not there, the most frequent first
  uint64_t media_bytes = 0;
  size_t collected_in_last_hour = 0;
  int requests_today = 0;               // UTC
  std::map<std::string, int> refusals;  // answers 429, 503 and the like today, by host
};

/// Reads the archive of a data folder, also while a run is writing it. `now`: Unix seconds. Throws Error when there is
/// none.
CollectionProgress read_collection_progress(const std::filesystem::path& out, double now);

/// As a table for people.
std::string describe(const CollectionProgress& progress);

}  // namespace foreview
