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
  bool video = true, audio = true;

  /// Canonical text; its fingerprint names the feature folder.
  std::string canonical() const;
};

/// Stored form of prepared tracks (safetensors: frames U8 [T,H,W,3], frame_times F64 [T], content_box I32 [4],
/// waveform F32 [N], waveform_start F64 []); written by the worker, read by everything after.
void write_tracks(const std::filesystem::path& file, const Tracks& tracks);
Tracks read_tracks(const std::filesystem::path& file);

}  // namespace foreview
