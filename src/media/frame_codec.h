#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace foreview {

/// How near the stored frames of a track are to what was decoded, at least: peak signal to noise ratio in dB, of all
/// frames up to any one taken together, and of each by itself.
inline constexpr double kStoredTrackQuality = 42, kStoredFrameQuality = 41;

/// Compresses the frames of a track one by one (JPEG by libjpeg-turbo, chroma at full size), as coarsely as the quality
/// above allows. One object a track.
class FrameEncoder {
 public:
  FrameEncoder();
  ~FrameEncoder();
  /// rgb: [height, width, 3].
  std::string encode(std::span<const uint8_t> rgb, int width, int height);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads what FrameEncoder wrote. One object a thread.
class FrameDecoder {
 public:
  FrameDecoder();
  ~FrameDecoder();
  /// rgb: [height, width, 3], overwritten. False when the bytes are damaged or hold a frame of another size.
  bool decode(std::string_view bytes, int width, int height, std::span<uint8_t> rgb);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
