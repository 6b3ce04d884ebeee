#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/tracks.h"

// What DecodeWorker and the worker program exchange: one JSON object a line, and two descriptors with each request
// (SCM_RIGHTS): the media file, opened for reading, and an empty shared memory file for what was decoded.
//   request {"task": "decode" or "probe", "name", "threads", "options": {"frames_per_second", "width", "height",
//            "most_seconds", "mode", "video", "audio"}}
//   answer  {"ok": true, "confined": bool, "duration", "notes": [...],
//            "frames": null or {"count", "content_box": [4]}, "waveform": null or {"samples", "start"}}
//        or {"ok": true, "confined": bool, "facts": {...}} to "probe" (media_facts.h)
//        or {"ok": false, "confined": bool, "reason": "..."}
// The shared memory then holds the frames' pixels, U8 [count, height, width, 3], and the waveform, F32 [samples].
// Names are bytes, JSON is Unicode: each byte of a name travels as the character of that number.
namespace foreview {

enum class WorkerTask { decode, probe };

struct WorkerRequest {
  WorkerTask task = WorkerTask::decode;
  std::string name;  // of the media file, for messages and for its extension
  SamplingOptions options;
  int threads = 1;
};

/// What a worker says of a file. Nothing in it is to be trusted but its types.
struct WorkerAnswer {
  bool ok = false;
  bool confined = false;  // the worker gave up what it does not need
  std::string reason;     // one line, when not ok
  double duration = 0;
  std::vector<std::string> notes;
  struct FrameFacts {
    size_t count = 0;
    std::array<int, 4> content_box{};
  };
  std::optional<FrameFacts> frames;
  struct WaveformFacts {
    size_t samples = 0;
    double start = 0;
  };
  std::optional<WaveformFacts> waveform;
  std::string facts;  // JSON, as answer to "probe"
};

std::string to_line(const WorkerRequest& request);
/// Throws Error when the line is no valid request.
WorkerRequest parse_worker_request(std::string_view line);

std::string to_line(const WorkerAnswer& answer);
/// Throws Error when the line is no valid answer.
WorkerAnswer parse_worker_answer(std::string_view line);

}  // namespace foreview
