#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "core/random.h"

namespace foreview::testing {

/// A damaged copy of a file: flipped bytes, lost or repeated stretches, an early end, two stretches (such as
/// boxes) that have changed places, or numbers of the container set to extremes. The same `random` gives the same
/// copies.
inline std::string mutated(const std::string& whole, Random& random) {
  std::string bytes = whole;
  const auto place = [&] { return static_cast<size_t>(random.below(std::max<size_t>(bytes.size(), 1))); };
  // Containers begin and end with their tables: most of what is there to break lies near an end.
  const auto place_near_ends = [&] {
    const size_t span = std::min<size_t>(bytes.size(), 4096);
    const size_t at = static_cast<size_t>(random.below(std::max<size_t>(span, 1)));
    return random.below(2) == 0 ? at : bytes.size() - std::min(bytes.size(), at + 1);
  };
  const int rounds = 1 + static_cast<int>(random.below(4));
  for (int round = 0; round < rounds && bytes.size() > 16; ++round) {
    switch (random.below(6)) {
      case 0:
        for (int i = 0; i < 1 + static_cast<int>(random.below(32)); ++i)
          bytes[place()] = static_cast<char>(random.next());
        break;
      case 1:
        for (int i = 0; i < 1 + static_cast<int>(random.below(16)); ++i)
          bytes[place_near_ends()] ^= static_cast<char>(1U << random.below(8));
        break;
      case 2:
        bytes.resize(1 + place());
        break;
      case 3: {
        const size_t at = place(), length = std::min<size_t>(random.below(2000), bytes.size() - at);
        if (random.below(2) == 0)
          bytes.erase(at, length);
        else
          bytes.insert(at, bytes.substr(at, length));
        break;
      }
      case 4: {
        size_t first = place_near_ends(), second = place_near_ends();
        if (first > second) std::swap(first, second);
        const size_t length = std::min<size_t>(1 + random.below(200), std::min(second - first, bytes.size() - second));
        std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(first),
                         bytes.begin() + static_cast<std::ptrdiff_t>(first + length),
                         bytes.begin() + static_cast<std::ptrdiff_t>(second));
        break;
      }
      default: {
        constexpr uint32_t kExtremes[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x10000};
        const uint32_t value = kExtremes[random.below(6)];
        const size_t at = std::min(place_near_ends(), bytes.size() - 4);
        for (int i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(value >> (24 - 8 * i));
      }
    }
  }
  return bytes;
}

/// A damaged copy of a text: as above, or with a number or a sign of its grammar changed.
inline std::string mutated_text(const std::string& whole, Random& random) {
  constexpr std::string_view numbers[] = {"0", "-1", "18446744073709551616", "9223372036854775807", "1e999", "0.5", "NaN"};
  constexpr std::string_view signs[] = {"{", "}", "[", "]", "\"", ",", ":", "\n", "-->", "<", "&", "\\u0000", "\xFF", "null"};
  std::string text = random.below(3) == 0 ? mutated(whole, random) : whole;
  const int rounds = 1 + static_cast<int>(random.below(4));
  for (int round = 0; round < rounds && !text.empty(); ++round) {
    const size_t at = static_cast<size_t>(random.below(text.size()));
    const size_t digit = text.find_first_of("0123456789", at);
    if (random.below(2) == 0 && digit != text.npos) {
      const size_t end = std::min(text.find_first_not_of("0123456789", digit), text.size());
      text.replace(digit, end - digit, numbers[random.below(std::size(numbers))]);
    } else {
      text.replace(at, static_cast<size_t>(random.below(3)), signs[random.below(std::size(signs))]);
    }
  }
  return text;
}

}  // namespace foreview::testing
