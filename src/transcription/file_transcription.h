#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "transcription/transcriber.h"

namespace foreview {

struct FileTranscriptionOptions {
  TranscriberOptions transcriber;
  LongFormOptions long_form;  // Whisper alone
  bool subtitles_first = false;  // with "auto": subtitles go before a Whisper model that is given, too
  std::string prompt;
};

/// A file's transcript with what is known of its making.
struct FileTranscript {
  std::filesystem::path file;
  Transcript transcript;
  double duration = 0;                 // seconds of sound
  std::vector<WhisperWindow> windows;  // Whisper alone
  std::vector<std::string> notes;      // what decoding noticed

  nlohmann::json to_json() const;
};

/// Decodes files in a worker process and transcribes them: `foreview transcribe`.
class FileTranscriber {
 public:
  FileTranscriber(const FileTranscriptionOptions& options, const Device& device);
  ~FileTranscriber();

  /// `on_segment` is called for each segment as soon as it is known. Throws Error when the file cannot be decoded.
  FileTranscript transcribe(const std::filesystem::path& file,
                            const std::function<void(const TranscriptSegment&)>& on_segment);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
