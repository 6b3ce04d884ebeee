#include "core/text.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace foreview {
namespace {

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

struct Decoded {
  size_t length;  // bytes used, at least 1
  bool valid;
  uint32_t codepoint;
};

/// One code point by the table of well-formed sequences (Unicode 15, table 3-7); a bad sequence is as long as its
/// valid beginning, so that what follows is not swallowed.
Decoded decode_utf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {1, true, lead};
  if (lead < 0xC2 || lead > 0xF4) return {1, false, 0};
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint32_t codepoint = lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    uint8_t low = 0x80, high = 0xBF;
    if (i == 1 && lead == 0xE0) low = 0xA0;   // overlong
    if (i == 1 && lead == 0xED) high = 0x9F;  // surrogates
    if (i == 1 && lead == 0xF0) low = 0x90;   // overlong
    if (i == 1 && lead == 0xF4) high = 0x8F;  // above U+10FFFF
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {i, false, 0};
    codepoint = codepoint << 6 | (byte(i) & 0x3Fu);
  }
  return {length, true, codepoint};
}

bool is_control(uint32_t codepoint) {
  const bool c0_c1 = codepoint < 0x20 || (codepoint >= 0x7F && codepoint < 0xA0);
  return c0_c1 || codepoint == 0x2028 || codepoint == 0x2029;  // the last two end a line, too
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view word, const std::vector<std::string>& candidates, size_t most) {
  constexpr size_t longest = 100;  // keeps hostile words cheap
  const std::string wanted = lower_ascii(word.substr(0, longest));
  std::vector<std::pair<size_t, std::string>> ranked;
  for (const std::string& candidate : candidates) {
    const std::string lower = lower_ascii(std::string_view(candidate).substr(0, longest));
    const size_t distance = edit_distance(wanted, lower);
    if (distance <= std::max<size_t>(2, std::max(wanted.size(), lower.size()) / 2))
      ranked.emplace_back(distance, candidate);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (size_t i = 0; i < ranked.size() && i < most; ++i) names.push_back(ranked[i].second);
  return names;
}

std::string clean_utf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const Decoded decoded = decode_utf8(text);
    if (!decoded.valid) {
      clean += "\xEF\xBF\xBD";
    } else if (is_control(decoded.codepoint)) {
      clean += ' ';
    } else {
      clean += text.substr(0, decoded.length);
    }
    text.remove_prefix(decoded.length);
  }
  return clean;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

std::vector<std::string> split_text(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t end; (end = text.find(separator)) != text.npos; text.remove_prefix(end + 1))
    parts.emplace_back(text.substr(0, end));
  parts.emplace_back(text);
  return parts;
}

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

}  // namespace foreview
