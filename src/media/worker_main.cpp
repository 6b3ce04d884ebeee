// foreview-worker: decodes media files in a process of its own. Reads one request a line on stdin and writes one answer
// a line on stdout (see decode_messages.h) until stdin ends.
#include <exception>
#include <iostream>
#include <new>
#include <string>

#include "core/text.h"
#include "foreview/error.h"
#include "media/decode.h"
#include "media/decode_messages.h"
#include "media/ffmpeg_handles.h"

namespace foreview {
namespace {

/// The error without the file's name, which the asker knows.
std::string reason_of(const Error& error, const std::filesystem::path& file) {
  ErrorParts parts = error.parts();
  if (parts.file == file.string()) parts.file.clear();
  return clean_utf8(Error(parts).what());
}

DecodeOutcome answer(const std::string& line) {
  DecodeRequest request;
  try {
    request = parse_decode_request(line);
    const Tracks tracks = decode_media(request.file, request.options);
    write_tracks(request.output, tracks);
    return {.ok = true,
            .reason = {},
            .has_frames = tracks.frames.has_value(),
            .has_waveform = tracks.waveform.has_value(),
            .notes = tracks.notes};
  } catch (const Error& error) {
    return {.ok = false, .reason = reason_of(error, request.file), .notes = {}};
  } catch (const std::bad_alloc&) {
    return {.ok = false, .reason = "decoding needs more memory than a worker may use", .notes = {}};
  } catch (const std::exception& error) {
    return {.ok = false, .reason = clean_utf8(error.what()), .notes = {}};
  }
}

}  // namespace
}  // namespace foreview

int main() {
  av_log_set_level(AV_LOG_QUIET);
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << foreview::to_line(foreview::answer(line)) << std::endl;
    if (!std::cout) return 1;
  }
  return 0;
}
