#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace foreview {

/// "2026-01-31", as requests and refusals are counted.
std::string utc_day(std::time_t time);

/// What became of one video; stored by name.
enum class ItemState {
  done,    // its files are there
  gone,    // removed from the site, or refused for good (too large, no video): never asked for again
  failed,  // may work another time
};

struct ArchivedItem {
  std::string key;  // site and id: "tiktok:7261314534885870894"
  std::string topic, address;
  std::string stem;    // of its files; empty unless done
  std::string reason;  // why it is not done
  ItemState state = ItemState::failed;
  int tries = 0;
  uint64_t media_bytes = 0;
};

/// Counts of one video at one time, for growth over time.
struct Observation {
  double epoch = 0;    // Unix seconds
  std::string fields;  // JSON object of the counts
};

struct Candidate {
  std::string key, address;
};

/// What a collection has seen, in SQLite: which videos are done, which were found for each topic, how many requests
/// were made each day. One process at a time, any of its threads. A killed run loses at most the last line.
class Archive {
 public:
  /// Makes or opens `file`. Throws Error when it is no archive or another run holds it.
  explicit Archive(const std::filesystem::path& file);
  ~Archive();

  std::optional<ArchivedItem> find(const std::string& key) const;
  /// Counts one try more. Ends what was claimed for the key.
  void put(const ArchivedItem& item);
  std::vector<ArchivedItem> done_items() const;
  size_t done_in_topic(const std::string& topic) const;
  /// Of all that are done, and what is claimed.
  uint64_t media_bytes() const;
  /// Keeps a file name for this key until put(); false when another key's files have it or are to have it.
  bool claim_stem(const std::string& key, const std::string& stem);
  /// Keeps so much of `limit` bytes of all media for this key until put(); false when there is not so much left.
  bool claim_bytes(const std::string& key, uint64_t bytes, uint64_t limit);

  void add_candidates(const std::string& topic, const std::vector<Candidate>& found);
  std::vector<Candidate> candidates(const std::string& topic) const;

  void observe(const std::string& key, const Observation& observation);
  std::vector<Observation> observations(const std::string& key) const;

  /// `day` as in "2026-01-31" (UTC).
  int requests_on(const std::string& day) const;
  void count_request(const std::string& day);
  /// The host asked to be left alone.
  void count_refusal(const std::string& day, const std::string& host);

  /// A random secret made with the archive; ids are hashed with it (--no-personal).
  std::string salt() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
