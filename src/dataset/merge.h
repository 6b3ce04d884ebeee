#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dataset/media_files.h"
#include "dataset/metadata_row.h"

// Internal to this folder: rows of all sources become one record a video.
namespace foreview {

/// A record while its sources are being brought together.
struct MergedRecord {
  Record record;
  std::string place;               // of its first row
  std::filesystem::path expected;  // where its video should be; empty when nowhere can be said
};

class Merger {
 public:
  /// `root`: no row leads to a file outside of it.
  Merger(const std::filesystem::path& root, const MediaIndex& media, ProblemList& problems)
      : root_(root), media_(media), problems_(problems) {}

  void add(MetadataRow row);

  /// Records by id.
  std::map<std::string, MergedRecord>& records() { return records_; }
  /// Files that some row stands for.
  const std::set<std::filesystem::path>& claimed() const { return claimed_; }

 private:
  MergedRecord locate(MetadataRow row);
  void merge(MergedRecord& known, const MergedRecord& more);

  std::filesystem::path root_;
  const MediaIndex& media_;
  ProblemList& problems_;
  std::map<std::string, MergedRecord> records_;
  std::set<std::filesystem::path> claimed_;
};

}  // namespace foreview
