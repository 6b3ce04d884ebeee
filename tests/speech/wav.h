#pragma once

#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "core/files.h"
#include "media/tracks.h"

namespace foreview::testing {

/// A well-formed wav file of 16 kHz mono 16-bit samples.
inline Waveform read_wav(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  const size_t data = bytes.find("data");
  if (data == std::string::npos || data + 8 > bytes.size()) throw std::runtime_error(file.string() + " is no wav");
  std::vector<int16_t> samples((bytes.size() - data - 8) / 2);
  std::memcpy(samples.data(), bytes.data() + data + 8, samples.size() * 2);
  Waveform waveform;
  for (int16_t sample : samples) waveform.samples.push_back(sample / 32768.0f);
  return waveform;
}

}  // namespace foreview::testing
