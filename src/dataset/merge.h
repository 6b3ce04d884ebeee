#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "dataset/media_files.h"
#include "dataset/metadata_row.h"
#include "dataset/record_store.h"

// Internal to this folder: rows of all sources become one record a video.
namespace foreview {

class Merger {
 public:
  /// `root`: no row leads to a file outside of it.
  Merger(const std::filesystem::path& root, const MediaIndex& media, RecordStore& records, ProblemList& problems)
      : root_(root), media_(media), records_(records), problems_(problems) {}

  void add(MetadataRow row);

  /// Files that some row stands for.
  const std::set<std::filesystem::path>& claimed() const { return claimed_; }

 private:
  MergedRecord locate(MetadataRow row);
  void look_for_video(const MetadataRow& row, MergedRecord& located);
  void drop_empty_file(MergedRecord& located);
  void merge(MergedRecord& known, const MergedRecord& more);

  std::filesystem::path root_;
  const MediaIndex& media_;
  RecordStore& records_;
  ProblemList& problems_;
  std::set<std::filesystem::path> claimed_, empty_;
};

/// Adds the problem of a video file without bytes; `id` may be empty.
void report_empty_file(const std::filesystem::path& file, const std::string& id, ProblemList& problems);

}  // namespace foreview
