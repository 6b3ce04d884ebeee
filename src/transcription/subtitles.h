#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "speech/transcript.h"

// Subtitle formats (docs/formats/transcripts.md). Files are hostile input: anything that is none of the format throws
// Error naming `file`; text is cleaned of mark-up, and of lines that a rolling caption repeats.
namespace foreview {

/// SubRip: numbered cues, "00:00:01,500 --> 00:00:04,000".
std::vector<TranscriptSegment> parse_subrip(std::string_view text, const std::filesystem::path& file);
/// WebVTT: "WEBVTT", cues "00:01.500 --> 00:04.000", notes and styles.
std::vector<TranscriptSegment> parse_webvtt(std::string_view text, const std::filesystem::path& file);
/// yt-dlp's json3: {"events": [{"tStartMs", "dDurationMs", "segs": [{"utf8"}]}]}.
std::vector<TranscriptSegment> parse_json3(std::string_view text, const std::filesystem::path& file);
/// Whisper's: {"language", "segments": [{"start", "end", "text"}]}, also below "text".
Transcript parse_whisper_json(std::string_view text, const std::filesystem::path& file);

/// By the file's extension: .srt, .vtt, .json3, .json. Source is "sidecar".
Transcript read_subtitles(const std::filesystem::path& file);

/// The other way: one cue a segment, for .srt and .vtt.
std::string subrip_cue(size_t number, const TranscriptSegment& segment);
std::string webvtt_cue(const TranscriptSegment& segment);

}  // namespace foreview
