#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

// Internal to this folder: what lies below the data folder.
namespace foreview {

struct FolderFile {
  std::filesystem::path path;  // absolute
  uintmax_t bytes = 0;
  int64_t modified = 0;  // nanoseconds since the file clock's epoch
};

/// All regular files below `folder` (absolute, normal), sorted by path. Hidden names and what a workspace made are
/// left out; folders that are links are not entered. What cannot be opened is put into `unreadable`.
std::vector<FolderFile> files_below(const std::filesystem::path& folder,
                                    std::vector<std::filesystem::path>& unreadable);

/// Finds the media file of an id: `id` plus a known extension.
class MediaIndex {
 public:
  explicit MediaIndex(const std::vector<FolderFile>& files);

  /// In `beside` if there, else the first anywhere below the data folder; empty when there is none.
  std::filesystem::path find(const std::string& id, const std::filesystem::path& beside) const;
  const std::vector<FolderFile>& media() const { return media_; }

 private:
  std::vector<FolderFile> media_;
  std::multimap<std::string, std::filesystem::path> by_stem_;
};

/// The absolute path without "." and "..", without a slash at its end.
std::filesystem::path normal_folder(const std::filesystem::path& folder);
bool is_inside(const std::filesystem::path& file, const std::filesystem::path& folder);

}  // namespace foreview
