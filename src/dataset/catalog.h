#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataset/record.h"
#include "dataset/split.h"

namespace foreview {

/// One video as the catalog knows it.
struct Video {
  Record record;
  std::string content_hash;       ///< SHA-256 of the media bytes; empty without media or when unreadable
  Split split = Split::none;      ///< none when it has no label
  std::optional<Quantity> label;  ///< the target's value, raw scale
  std::string skipped_in;         ///< stage that could not use its media; empty when fine
  std::string skip_reason;
  bool has_media() const { return !content_hash.empty() && skipped_in.empty(); }
};

/// The workspace's catalog.sqlite (SQLite through SQLiteCpp, WAL, one writer). Every call is one transaction.
class Catalog {
 public:
  /// Opens or creates. Throws Error when the file is no catalog, of a newer version, or in use by another run.
  explicit Catalog(const std::filesystem::path& file);
  ~Catalog();

  /// Replaces all records (labels, splits and problems with them), keeping skips of unchanged content.
  void replace_videos(const std::vector<Video>& videos, const std::vector<Problem>& problems);
  /// Sorted by id.
  std::vector<Video> videos() const;
  std::vector<Problem> problems() const;

  void set_skipped(const std::string& id, const std::string& stage, const std::string& reason);
  void clear_skips(const std::string& stage);

  /// What a stage was last finished with; empty when never.
  std::string stage_state(const std::string& stage) const;
  void set_stage_state(const std::string& stage, const std::string& state);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
