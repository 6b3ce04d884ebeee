#pragma once

#include <string_view>
#include <vector>

namespace foreview {

/// Mono PCM of a WAV file.
struct WavSound {
  int sample_rate = 0;         // samples per second
  std::vector<float> samples;  // -1 to 1
};

/// Reads 16-bit mono PCM WAV as espeak-ng streams it: the sizes in a streamed header are unknown, so data reaches to
/// the end. Throws Error (without a file) when it is anything else.
WavSound parse_streamed_wav(std::string_view bytes);

}  // namespace foreview
