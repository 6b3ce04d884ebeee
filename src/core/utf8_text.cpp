#include "core/utf8_text.h"

namespace foreview {
namespace {

struct Sequence {
  size_t length = 1;  // bytes that belong together
  bool valid = false;
  char32_t value = 0;
};

// Table 3-7 of the Unicode standard: which second bytes may follow a lead byte.
Sequence sequence_at(std::string_view bytes, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned lead = byte(at);
  if (lead < 0x80) return {1, true, lead};
  if (lead < 0xC2 || lead > 0xF4) return {1, false, 0};
  const size_t wanted = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  unsigned low = 0x80, high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  char32_t value = lead & (0xFFu >> (wanted + 1));
  for (size_t i = 1; i < wanted; ++i) {
    if (at + i >= bytes.size() || byte(at + i) < low || byte(at + i) > high) return {i, false, 0};
    value = (value << 6) | (byte(at + i) & 0x3Fu);
    low = 0x80;
    high = 0xBF;
  }
  return {wanted, true, value};
}

}  // namespace

std::string replace_invalid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (size_t at = 0; at < bytes.size();) {
    const Sequence sequence = sequence_at(bytes, at);
    if (sequence.valid) {
      text += bytes.substr(at, sequence.length);
    } else {
      text += "\xEF\xBF\xBD";
    }
    at += sequence.length;
  }
  return text;
}

std::vector<CodePoint> code_points(std::string_view text) {
  std::vector<CodePoint> points;
  points.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Sequence sequence = sequence_at(text, at);
    points.push_back({sequence.valid ? sequence.value : U'\uFFFD', at, at + sequence.length});
    at += sequence.length;
  }
  return points;
}

std::string utf8_of(char32_t value) {
  if (value < 0x80) return {static_cast<char>(value)};
  if (value < 0x800) return {static_cast<char>(0xC0 | (value >> 6)), static_cast<char>(0x80 | (value & 0x3F))};
  if (value < 0x10000)
    return {static_cast<char>(0xE0 | (value >> 12)), static_cast<char>(0x80 | ((value >> 6) & 0x3F)),
            static_cast<char>(0x80 | (value & 0x3F))};
  return {static_cast<char>(0xF0 | (value >> 18)), static_cast<char>(0x80 | ((value >> 12) & 0x3F)),
          static_cast<char>(0x80 | ((value >> 6) & 0x3F)), static_cast<char>(0x80 | (value & 0x3F))};
}

bool is_white_space(char32_t value) {
  return (value >= 9 && value <= 13) || value == 0x20 || value == 0x85 || value == 0xA0 || value == 0x1680 ||
         (value >= 0x2000 && value <= 0x200A) || value == 0x2028 || value == 0x2029 || value == 0x202F ||
         value == 0x205F || value == 0x3000;
}

std::string strip_white_space(std::string_view text) {
  const std::vector<CodePoint> points = code_points(text);
  size_t first = 0, last = points.size();
  while (first < last && is_white_space(points[first].value)) ++first;
  while (last > first && is_white_space(points[last - 1].value)) --last;
  if (first == last) return "";
  return std::string(text.substr(points[first].begin, points[last - 1].end - points[first].begin));
}

}  // namespace foreview
