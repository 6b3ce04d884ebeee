#pragma once

#include <filesystem>
#include <functional>
#include <map>
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
  std::string copies;             ///< what it and its copies and near-duplicates have in common; empty without media
  Split split = Split::none;      ///< none when it has no label
  std::optional<Quantity> label;  ///< the target's value, raw scale
  std::string skipped_in;         ///< stage that could not use its media; empty when fine
  std::string skip_reason;
  bool has_media() const { return !content_hash.empty() && skipped_in.empty(); }
};

/// The workspace's catalog.sqlite (SQLite through SQLiteCpp, WAL, one writer). Every call is one transaction. Its
/// videos are replaced by a CatalogUpdate.
class Catalog {
 public:
  /// Opens or creates. Throws Error when the file is no catalog, of another version, or in use by another run.
  explicit Catalog(const std::filesystem::path& file);
  ~Catalog();

  /// Sorted by id.
  std::vector<Video> videos() const;
  /// Calls `use` for each, sorted by id, holding one at a time.
  void for_each_video(const std::function<void(Video)>& use) const;
  std::vector<Problem> problems() const;

  /// Gives each labelled video its split. Memory does not grow with the videos of a random split.
  /// Throws what SplitPlan throws.
  void assign_splits(const SplitOptions& options);
  /// Gives each labelled video the label that `label_of` returns.
  void replace_labels(const std::function<Quantity(const Video&)>& label_of);
  /// How many videos each split has.
  std::map<Split, size_t> split_counts() const;
  /// Videos with the same content get `copies_of.at(content hash)` as what they have in common; the others their own
  /// content hash. Splits stay as they are.
  void set_copies(const std::map<std::string, std::string>& copies_of);

  void set_skipped(const std::string& id, const std::string& stage, const std::string& reason);
  void clear_skips(const std::string& stage);

  /// What a stage was last finished with; empty when never.
  std::string stage_state(const std::string& stage) const;
  void set_stage_state(const std::string& stage, const std::string& state);

 private:
  friend class CatalogUpdate;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
