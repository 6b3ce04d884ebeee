#include "dataset/media_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/hash.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "dataset/readers.h"

namespace fs = std::filesystem;

namespace foreview {
namespace {

/// Whether `name` in `folder` was made by a run whose workspace is that folder.
bool is_made_by_a_run(const std::string& name, bool in_workspace) {
  static const std::set<std::string> made = {"features", "pretrain", "model", "report", "config.toml", "log.jsonl"};
  return name.starts_with("catalog.sqlite") || (in_workspace && made.contains(name));
}

void list_folder(const fs::path& folder, std::vector<fs::path>& folders, std::vector<FolderFile>& files,
                 std::vector<fs::path>& unreadable) {
  std::error_code error;
  const bool in_workspace = fs::exists(folder / "catalog.sqlite", error);
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with('.') || is_made_by_a_run(name, in_workspace)) continue;
    std::error_code ignored;
    if (entry->is_directory(ignored) && !entry->is_symlink(ignored)) folders.push_back(entry->path());
    if (!entry->is_regular_file(ignored)) continue;
    FolderFile file{.path = entry->path()};
    const uintmax_t bytes = entry->file_size(ignored);
    file.bytes = ignored ? 0 : bytes;
    const auto modified = entry->last_write_time(ignored);
    file.modified = ignored ? 0 : modified.time_since_epoch().count();
    files.push_back(std::move(file));
  }
  if (error) unreadable.push_back(folder);
}

}  // namespace

std::vector<FolderFile> files_below(const fs::path& folder, std::vector<fs::path>& unreadable) {
  std::vector<FolderFile> files;
  std::vector<fs::path> folders = {folder};
  while (!folders.empty()) {
    throw_if_interrupted();
    const fs::path next = std::move(folders.back());
    folders.pop_back();
    list_folder(next, folders, files, unreadable);
  }
  std::sort(files.begin(), files.end(), [](const FolderFile& a, const FolderFile& b) { return a.path < b.path; });
  return files;
}

MediaIndex::MediaIndex(const std::vector<FolderFile>& files) {
  for (const FolderFile& file : files) {
    if (!is_media_file(file.path)) continue;
    media_.push_back(file);
    by_stem_.emplace(file.path.stem().string(), file.path);
  }
}

fs::path MediaIndex::find(const std::string& id, const fs::path& beside) const {
  const auto [first, last] = by_stem_.equal_range(id);
  for (auto candidate = first; candidate != last; ++candidate)
    if (candidate->second.parent_path() == beside) return candidate->second;
  return first == last ? fs::path() : first->second;
}

fs::path normal_folder(const fs::path& folder) {
  const fs::path normal = fs::absolute(folder).lexically_normal();
  return normal.has_filename() || !normal.has_relative_path() ? normal : normal.parent_path();
}

bool is_inside(const fs::path& file, const fs::path& folder) {
  const fs::path relative = file.lexically_relative(folder);
  return !relative.empty() && relative != "." && *relative.begin() != "..";
}

bool is_media_file(const fs::path& file) {
  constexpr std::array extensions = {".mp4", ".m4v", ".mov",  ".webm", ".mkv", ".avi", ".3gp", ".3g2",
                                     ".flv", ".ts",  ".mpeg", ".mpg",  ".wmv", ".ogv", ".m2ts"};
  const std::string extension = lower_ascii(file.extension().string());
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

std::string folder_fingerprint(const fs::path& folder) {
  std::vector<fs::path> unreadable;
  const fs::path root = normal_folder(folder);
  std::string listing;
  for (const FolderFile& file : files_below(root, unreadable))
    listing += fmt::format("{}\n{} {}\n", file.path.lexically_relative(root).string(), file.bytes, file.modified);
  for (const fs::path& path : unreadable) listing += path.lexically_relative(root).string() + "\nunreadable\n";
  return fingerprint(listing);
}

}  // namespace foreview
