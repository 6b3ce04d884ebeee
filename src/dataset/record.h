#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/count_label.h"

namespace foreview {

/// What is known of one video. Field names follow yt-dlp's info.json.
struct Record {
  std::string id;
  std::filesystem::path file;    ///< the media file, absolute; empty when there is none
  std::filesystem::path source;  ///< the metadata file it was read from; for messages

  /// Text fields: webpage_url, description, uploader_id, upload_date, and unknown ones as they are named.
  std::map<std::string, std::string> texts;
  /// Number fields: view_count, channel_follower_count, timestamp, epoch, duration, and unknown ones.
  std::map<std::string, Quantity> numbers;

  std::string text(const std::string& field) const;
  std::optional<Quantity> number(const std::string& field) const;
};

/// Something in the input that could not be used; shown as one line and listed in the report.
struct Problem {
  std::string file;     ///< the file (with line or record where known: "labels.jsonl:12")
  std::string what;     ///< what is wrong
  std::string advice;   ///< what to do
  std::string id = {};  ///< the record it is about, where it is about one
  std::string line() const;
};

/// Fields that exist only after a video was posted: never inputs. One table for the whole program.
bool is_known_only_after_posting(const std::string& field);

}  // namespace foreview
