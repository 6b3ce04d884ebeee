#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/media_source.h"
#include "media/tracks.h"

namespace foreview {

/// What the program sees in a media file, before and without decoding all of it.
struct MediaFacts {
  struct Stream {
    int index = 0;
    std::string kind;           // "video", "audio", "subtitle", "data", "attachment", "cover picture"
    std::string codec;          // FFmpeg's name
    bool used = false;          // it is the track that would be decoded
    double duration = 0;        // seconds as the container says; 0 when it does not
    int width = 0, height = 0;  // pixels as coded
    double frames_per_second = 0;
    int rotation = 0;         // degrees clockwise that the display matrix turns
    double pixel_aspect = 1;  // width over height
    std::string pixel_format, colours;
    int sample_rate = 0, channels = 0;
  };
  std::string container;
  uint64_t bytes = 0;
  double duration = 0;  // seconds
  std::vector<Stream> streams;

  // Of the video track's packets within the sampled part.
  size_t pictures = 0, entries = 0, unneeded = 0;
  double longest_entry_gap = 0;  // seconds between pictures at which decoding can begin
  size_t samples = 0;            // frames that would be kept
  size_t decoded = 0;            // packets that would be decoded for them
  std::vector<std::string> warnings;

  std::string to_json() const;
  /// Throws Error when it is not what to_json() makes.
  static MediaFacts from_json(const std::string& text);
  /// Lines for a terminal, with line ends.
  std::string to_text() const;
};

/// Opens the file in this process: only the worker and tests call it. Throws Error as decode_media does.
MediaFacts probe_media(const MediaSource& source, const SamplingOptions& options);

}  // namespace foreview
