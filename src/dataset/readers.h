#pragma once

#include <filesystem>
#include <vector>

#include "dataset/record.h"

namespace foreview {

class RecordStore;

struct ReadOptions {
  std::string map;   ///< the data's own names of fields: "view_count=plays,description=text"
  std::string join;  ///< tables that say more of the records: "authors.csv:uploader_id,more.jsonl:id"
};

struct ReadResult {
  std::vector<Record> records;  ///< one per video, several sources of one video merged (exact counts win), sorted by id
  std::vector<Problem> problems;  ///< one a thing that could not be used
};

/// Reads every known metadata source below `folder` (recursively) and the media files beside them:
/// the original scraper's array [{"id","url","views":"21.1M", ...}] with <id>.mp4; yt-dlp's .info.json beside its
/// media; TikTok's items, saved pages and Research API answers; CSV and JSONL with usual column names and a path in
/// `file`. Media without metadata become records without a label. Tables and JSON Lines are read line by line, and the
/// records go into `records`: memory does not grow with their number. One problem a thing that could not be used.
/// Throws Error{usage} when the folder does not exist and Error when nothing in it can be used.
std::vector<Problem> read_folder(const std::filesystem::path& folder, const ReadOptions& options, RecordStore& records);

/// The same for a folder whose records fit into memory.
ReadResult read_folder(const std::filesystem::path& folder, const ReadOptions& options = {});

/// Media file extensions the program looks for (".mp4", ".mov", ".webm", ...), lower case.
bool is_media_file(const std::filesystem::path& file);

/// A number that changes when any metadata or media file below `folder` is added, removed, resized or touched.
std::string folder_fingerprint(const std::filesystem::path& folder);

}  // namespace foreview
