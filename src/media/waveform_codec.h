#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace foreview {

/// Mono f32 as FLAC of 16 bits: each sample moves by at most 1/65536, what is beyond -1 to 1 is cut. Throws Error.
std::string encode_waveform(std::span<const float> samples, int sample_rate);

/// `count` samples; empty when the bytes are damaged or hold another number of samples at another rate.
std::vector<float> decode_waveform(std::string_view bytes, size_t count, int sample_rate);

}  // namespace foreview
