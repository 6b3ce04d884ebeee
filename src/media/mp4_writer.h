#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace foreview {

/// Writes an mp4 with H.264 video and AAC audio through the FFmpeg libraries. Same input, same bytes (one thread,
/// no creation time). Streams: frames and samples are encoded as they come.
class Mp4Writer {
 public:
  struct Options {
    int width = 180, height = 320;  // pixels, even
    int frames_per_second = 24;
    int sample_rate = 44100;  // mono
    bool audio = true;
    int quality = 23;  // x264 CRF
  };
  Mp4Writer(const std::filesystem::path& file, const Options& options);
  ~Mp4Writer();

  /// rgb: [height, width, 3]
  void add_frame(std::span<const uint8_t> rgb);
  /// Mono samples, -1 to 1, any number.
  void add_samples(std::span<const float> samples);
  /// Flushes the encoders and publishes the file atomically; without it nothing is left.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
