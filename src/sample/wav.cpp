#include "sample/wav.h"

#include <algorithm>
#include <cstdint>

#include "foreview/error.h"

namespace foreview {
namespace {

[[noreturn]] void refuse(const std::string& got) {
  throw Error({.problem = "this sound cannot be used", .expected = "16-bit mono PCM WAV", .got = got});
}

/// Little-endian unsigned number of `size` bytes at `position`.
uint32_t number_at(std::string_view bytes, size_t position, size_t size) {
  if (position + size > bytes.size()) refuse("a WAV that ends early");
  uint32_t value = 0;
  for (size_t i = 0; i < size; ++i) value |= uint32_t{static_cast<uint8_t>(bytes[position + i])} << (8 * i);
  return value;
}

int checked_sample_rate(std::string_view format) {
  const uint32_t coding = number_at(format, 0, 2), channels = number_at(format, 2, 2), bits = number_at(format, 14, 2);
  const uint32_t rate = number_at(format, 4, 4);
  if (coding != 1 || channels != 1 || bits != 16 || rate < 4000 || rate > 192000)
    refuse("coding " + std::to_string(coding) + ", " + std::to_string(channels) + " channels, " + std::to_string(bits) +
           " bits, " + std::to_string(rate) + " Hz");
  return static_cast<int>(rate);
}

}  // namespace

WavSound parse_streamed_wav(std::string_view bytes) {
  if (!bytes.starts_with("RIFF") || bytes.size() < 12 || bytes.substr(8, 4) != "WAVE") refuse("no WAV");
  WavSound sound;
  for (size_t position = 12;;) {
    const uint32_t length = number_at(bytes, position + 4, 4);
    const std::string_view name = bytes.substr(position, 4);
    const std::string_view content = bytes.substr(position + 8, length);
    if (name == "fmt ") sound.sample_rate = checked_sample_rate(content);
    if (name == "data") {
      if (!sound.sample_rate) refuse("data before its format");
      for (size_t i = 0; i + 1 < content.size(); i += 2)
        sound.samples.push_back(static_cast<float>(static_cast<int16_t>(number_at(content, i, 2))) / 32768.0f);
      return sound;
    }
    position += 8 + size_t{length} + length % 2;
  }
}

}  // namespace foreview
