#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace foreview {

/// UTF-8 with each maximal ill-formed subpart replaced by one U+FFFD (Unicode 15, section 3.9, "U+FFFD substitution of
/// maximal subparts"; Python and Rust do the same).
std::string replace_invalid_utf8(std::string_view bytes);

/// A code point and the bytes it takes in the text.
struct CodePoint {
  char32_t value;
  size_t begin, end;
};
/// `text` must be valid UTF-8.
std::vector<CodePoint> code_points(std::string_view text);

std::string utf8_of(char32_t value);

/// Without white space at both ends; ASCII and U+00A0, U+3000 and their like.
std::string strip_white_space(std::string_view text);
/// Unicode White_Space.
bool is_white_space(char32_t value);

}  // namespace foreview
