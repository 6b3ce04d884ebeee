#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataset/record.h"
#include "speech/transcript.h"

namespace foreview {

/// Transcripts that come with a video. Folders are listed once. One object a thread.
class Sidecars {
 public:
  /// Subtitles beside the media file, first of: NAME.srt, NAME.vtt, NAME.json3, NAME.whisper.json, the same with a
  /// language (NAME.en.srt), NAME.json when Whisper wrote it; then the record's `transcript` or `voice_to_text`. A file
  /// that cannot be read is passed over; `problem` then says why in one line.
  std::optional<Transcript> find(const Record& record, std::string* problem = nullptr);

 private:
  const std::vector<std::string>& names_in(const std::filesystem::path& folder);
  std::vector<std::filesystem::path> candidates(const std::filesystem::path& media);

  std::map<std::filesystem::path, std::vector<std::string>> listed_;  // sorted names
};

}  // namespace foreview
