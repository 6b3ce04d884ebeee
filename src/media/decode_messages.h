#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "media/decode_worker.h"
#include "media/tracks.h"

// The lines that DecodeWorker and the worker program exchange, one JSON object each:
//   request {"file", "output", "options": {"frames_per_second", "width", "height", "most_seconds", "video", "audio"}}
//   answer  {"ok": true, "frames": bool, "waveform": bool, "notes": [...]} or {"ok": false, "reason": "..."}
// Paths are bytes, JSON is Unicode: each byte of a path travels as the character of that number.
namespace foreview {

struct DecodeRequest {
  std::filesystem::path file, output;
  SamplingOptions options;
};

std::string to_line(const DecodeRequest& request);
/// Throws Error when the line is no valid request.
DecodeRequest parse_decode_request(std::string_view line);

std::string to_line(const DecodeOutcome& outcome);
/// Throws Error when the line is no valid answer.
DecodeOutcome parse_decode_outcome(std::string_view line);

}  // namespace foreview
