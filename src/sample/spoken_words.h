#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"

namespace foreview {

/// The words that may be spoken. None of them occurs in a caption.
std::span<const std::string_view> good_words();
std::span<const std::string_view> bad_words();
std::span<const std::string_view> neutral_words();

inline constexpr int kFewestWords = 4, kMostWords = 10;
inline constexpr int kLargestScore = 4;

/// `count` different words (4 to 10) in random order, of which good minus bad is exactly `score` (-4 to 4).
std::vector<std::string> draw_words(int count, int score, Random& random);

}  // namespace foreview
