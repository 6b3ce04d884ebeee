#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace foreview {

/// The visual track, sampled: RGB, letterboxed.
struct Frames {
  int width = 0, height = 0;    // pixels
  std::vector<uint8_t> pixels;  // [frames, height, width, 3], RGB
  std::vector<double> times;    // [frames], seconds from the start of the track
  /// The part of the frame that is picture and not letterbox border: left, top, width, height in pixels.
  std::array<int, 4> content_box{};
  size_t count() const { return times.size(); }
};

/// The audio track: mono, f32, about -1 to 1.
struct Waveform {
  int sample_rate = 16000;  // samples per second
  std::vector<float> samples;
  double start = 0;  // seconds on the video's clock at which the first sample is heard
  double duration() const { return static_cast<double>(samples.size()) / sample_rate; }
};

/// What one media file gave. A missing track is absent, and `notes` says why if that was not the file's nature.
struct Tracks {
  std::optional<Frames> frames;
  std::optional<Waveform> waveform;
  double duration = 0;  // seconds, the longer of both tracks
  std::vector<std::string> notes;
};

/// How a media file is sampled. Everything here is part of the feature fingerprint.
struct SamplingOptions {
  double frames_per_second = 4;  // DESIGN: clips of 16 frames at 4 a second
  int width = 72, height = 128;  // pixels, letterboxed
  double most_seconds = 180;     // of a longer video the first part is used
  /// "exact": each sample shows the picture on display at its time. "fast": it may show one that is at most a third of
  /// the sampling interval away where that saves decoding (see frame_schedule.h).
  std::string mode = "fast";
  bool video = true, audio = true;

  /// Canonical text; its fingerprint names the feature folder.
  std::string canonical() const;
};

/// Stores prepared tracks (docs/formats/tracks.md): frames lose a little (frame_codec.h), sound is rounded to 16 bits.
/// track_reader.h reads parts of the file.
void write_tracks(const std::filesystem::path& file, const Tracks& tracks);
Tracks read_tracks(const std::filesystem::path& file);

}  // namespace foreview
