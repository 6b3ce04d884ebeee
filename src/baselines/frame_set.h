#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "baselines/baseline.h"

// Internal to this folder. Torch-free.
namespace foreview {

/// A few small pictures of each video.
struct FrameSet {
  int frames = 0, width = 0, height = 0;
  std::vector<std::vector<uint8_t>> videos;  // [rows] of [frames, height, width, 3]; empty: it has no picture

  bool has(size_t row) const { return !videos[row].empty(); }
};

/// Evenly spread pictures of each video's whole length; of a video with fewer some stand more than once. Rows without
/// tracks, or whose tracks have no pictures, are empty. `label` is shown while reading.
FrameSet read_frame_set(const std::vector<std::filesystem::path>& tracks, const BaselineOptions& options,
                        const std::string& label);

}  // namespace foreview
