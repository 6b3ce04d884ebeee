#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numbers>
#include <span>
#include <vector>

#include "media/mp4_writer.h"

// Small made-up media, and how near two of them are.
namespace foreview::testing {

/// A grey ramp with a bright bar that moves two lines a frame. [height, width, 3]
inline std::vector<uint8_t> moving_bar(int width, int height, int frame) {
  std::vector<uint8_t> rgb;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const bool bar = (y - 2 * frame % height + height) % height < 6;
      const auto grey = static_cast<uint8_t>(40 + 60 * x / width);
      rgb.insert(rgb.end(), {bar ? uint8_t{230} : grey, bar ? uint8_t{230} : grey, bar ? uint8_t{230} : grey});
    }
  return rgb;
}

inline std::vector<float> sine(double frequency, int sample_rate, size_t count) {
  std::vector<float> samples(count);
  for (size_t i = 0; i < count; ++i)
    samples[i] =
        static_cast<float>(0.4 * std::sin(2 * std::numbers::pi * frequency * static_cast<double>(i) / sample_rate));
  return samples;
}

/// `frames` of the moving bar, with a 440 Hz tone as long when the options ask for audio.
inline void write_example(const std::filesystem::path& file, const Mp4Writer::Options& options, int frames) {
  Mp4Writer writer(file, options);
  const size_t samples = static_cast<size_t>(options.sample_rate) * frames / options.frames_per_second;
  if (options.audio) writer.add_samples(sine(440, options.sample_rate, samples));
  for (int i = 0; i < frames; ++i) writer.add_frame(moving_bar(options.width, options.height, i));
  writer.finish();
}

/// Peak signal to noise ratio of 8-bit values in dB.
inline double psnr(std::span<const uint8_t> a, std::span<const uint8_t> b) {
  if (a.size() != b.size() || a.empty()) return -1;
  double squares = 0;
  for (size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
  return squares == 0 ? 100 : 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.size()) / squares);
}

/// Signal to noise ratio in dB over the samples [first, last), without any fit of gain or delay.
inline double snr(std::span<const float> expected, std::span<const float> got, size_t first, size_t last) {
  if (expected.size() < last || got.size() < last) return -1;
  double signal = 0, noise = 0;
  for (size_t i = first; i < last; ++i) {
    signal += double{expected[i]} * expected[i];
    noise += (double{expected[i]} - got[i]) * (double{expected[i]} - got[i]);
  }
  return noise == 0 ? 200 : 10 * std::log10(signal / noise);
}

}  // namespace foreview::testing
