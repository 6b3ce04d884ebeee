#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/random.h"
#include "media/tracks.h"

namespace foreview::testing {

/// A coloured square that moves over a plain ground and bounces off the edges; 72x128, 4 frames a second.
inline Frames moving_square(uint64_t seed, int count) {
  Random random(seed);
  Frames frames{.width = 72, .height = 128, .pixels = {}, .times = {}, .content_box = {0, 0, 72, 128}};
  const auto colour = [&] { return static_cast<uint8_t>(random.uniform(20, 235)); };
  const uint8_t ground[3] = {colour(), colour(), colour()}, square[3] = {colour(), colour(), colour()};
  const double size = random.uniform(14, 30), speed_x = random.uniform(-6, 6), speed_y = random.uniform(-9, 9);
  const double from_x = random.uniform(0, 72 - size), from_y = random.uniform(0, 128 - size);
  const auto bounced = [](double position, double room) {
    const double folded = std::fmod(std::abs(position), 2 * room);
    return folded > room ? 2 * room - folded : folded;
  };
  for (int t = 0; t < count; ++t) {
    const double left = bounced(from_x + t * speed_x, 72 - size), top = bounced(from_y + t * speed_y, 128 - size);
    for (int y = 0; y < 128; ++y) {
      for (int x = 0; x < 72; ++x) {
        const bool inside = x >= left && x < left + size && y >= top && y < top + size;
        frames.pixels.insert(frames.pixels.end(), inside ? square : ground, (inside ? square : ground) + 3);
      }
    }
    frames.times.push_back(t / 4.0);
  }
  return frames;
}

/// Prepared tracks files of such videos.
inline std::vector<std::filesystem::path> moving_square_files(const std::filesystem::path& folder, int videos,
                                                              int frames, uint64_t first_seed = 1) {
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < videos; ++i) {
    const uint64_t seed = first_seed + static_cast<uint64_t>(i);
    files.push_back(folder / ("square" + std::to_string(seed) + ".safetensors"));
    write_tracks(files.back(),
                 {.frames = moving_square(seed, frames), .waveform = {}, .duration = frames / 4.0, .notes = {}});
  }
  return files;
}

}  // namespace foreview::testing
