#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// One frame in a form that survives re-encoding and scaling.
struct FrameSignature {
  /// Whether each of 8 x 8 places is brighter than its right neighbour (difference hash), of the picture without
  /// borders.
  uint64_t hash = 0;
  std::array<uint8_t, 256> cells{};  ///< mean brightness of 16 x 16 cells
};

/// What is compared to find copies of a video that are not equal byte by byte.
struct TrackSignature {
  std::vector<FrameSignature>
      frames;  ///< at most 48, evenly spread; without those that show nothing (one plain colour)
  /// One code every 64 ms: whether the differences between neighbouring bands of 17 from 300 to 3,000 Hz rose (Haitsma
  /// and Kalker 2002, coarser); -1 where it is silent.
  std::vector<int32_t> sound;
};

TrackSignature track_signature(const Tracks& tracks);

/// Whether two tracks show the same: at least 8 of 10 frames of each are near-identical to one of the other. False when
/// one has fewer than 3 frames that show something.
bool same_pictures(const TrackSignature& a, const TrackSignature& b);

/// Whether two tracks sound the same: at some shift they overlap by 8 of 10 codes of the longer one and at least 5
/// seconds of sound, with at most a quarter of the bits apart (chance gives a half).
bool same_sound(const TrackSignature& a, const TrackSignature& b);

/// Stored form: safetensors with frame_hash I64 [n], frame_cells U8 [n, 256], sound I32 [m].
void write_signature(const std::filesystem::path& file, const TrackSignature& signature);
TrackSignature read_signature(const std::filesystem::path& file);

}  // namespace foreview
