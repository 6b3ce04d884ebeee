#include "dataset/count_label.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/text.h"

namespace foreview {
namespace {

constexpr size_t longest_text = 64;
constexpr double largest_count = 1e15;  // above it a double no longer holds every whole number of what is meant

NotACount refuse(std::string_view text, std::string_view why) {
  const std::string shown = clean_utf8(text.substr(0, longest_text));
  return {fmt::format("\"{}{}\" {}", shown, text.size() > longest_text ? "..." : "", why)};
}

/// Non-breaking blanks become blanks; outer blanks go.
std::string normalised(std::string_view text) {
  std::string plain(text);
  for (const std::string_view blank : {"\xC2\xA0", "\xE2\x80\xAF"}) {  // U+00A0, U+202F
    for (size_t at; (at = plain.find(blank)) != plain.npos;) plain.replace(at, blank.size(), " ");
  }
  const char* blanks = " \t\r\n";
  const size_t first = plain.find_first_not_of(blanks);
  if (first == plain.npos) return {};
  return plain.substr(first, plain.find_last_not_of(blanks) - first + 1);
}

bool is_noun(std::string_view word) {
  constexpr std::array nouns = {"view",    "views",    "play",  "plays",  "like", "likes",
                                "comment", "comments", "share", "shares", "save", "saves"};
  return std::find(nouns.begin(), nouns.end(), word) != nouns.end();
}

/// What stands behind the digits: "", "k", " M", "views", "K views". Absent when it is none of these.
std::optional<double> multiplier_of(std::string_view behind) {
  std::vector<std::string> words;
  for (const std::string& word : split_text(lower_ascii(behind), ' '))
    if (!word.empty()) words.push_back(word);
  if (!words.empty() && is_noun(words.back())) words.pop_back();
  if (words.empty()) return 1;
  if (words.size() > 1) return std::nullopt;
  if (words[0] == "k") return 1e3;
  if (words[0] == "m") return 1e6;
  if (words[0] == "b") return 1e9;
  return std::nullopt;
}

/// "1,635,000": one to three digits, then groups of three.
bool is_grouped(std::string_view digits) {
  const std::vector<std::string> groups = split_text(digits, ',');
  if (groups[0].empty() || groups[0].size() > 3 || groups[0][0] == '0') return false;
  return std::all_of(groups.begin() + 1, groups.end(), [](const std::string& group) { return group.size() == 3; });
}

struct Digits {
  std::string whole, fraction;
};

/// Splits "21.1" at its point, without thousands separators; or says what is wrong.
std::variant<Digits, NotACount> digits_of(std::string_view number, bool has_unit, std::string_view text) {
  const size_t point = number.find('.');
  Digits digits{std::string(number.substr(0, point)), {}};
  if (point != number.npos) digits.fraction = number.substr(point + 1);
  if (digits.fraction.find_first_not_of("0123456789") != std::string::npos)
    return refuse(text, "is no number: it has more than one point or a comma behind the point");
  if (digits.whole.empty() || (point != number.npos && digits.fraction.empty()))
    return refuse(text, "is no number: digits are missing before or behind the point");
  if (digits.whole.find(',') != std::string::npos) {
    if (has_unit || !is_grouped(digits.whole))
      return refuse(text, "is ambiguous: the comma could be a decimal point or a thousands separator");
    std::erase(digits.whole, ',');
  }
  if (!has_unit && digits.fraction.size() == 3 && digits.whole.size() <= 3)
    return refuse(
        text, fmt::format("is ambiguous: {}.{} or {}{}", digits.whole, digits.fraction, digits.whole, digits.fraction));
  return digits;
}

}  // namespace

std::variant<Quantity, NotACount> parse_count(std::string_view text) {
  if (text.size() > longest_text) return refuse(text, "is no number");
  const std::string plain = normalised(text);
  if (plain.empty()) return refuse(text, "is empty");
  if (plain[0] == '-') return refuse(text, "is negative or no number; a count is 0 or more");
  const size_t end = std::min(plain.find_first_not_of("0123456789.,"), plain.size());
  if (end == 0) return refuse(text, "is no number");
  const std::optional<double> multiplier = multiplier_of(std::string_view(plain).substr(end));
  if (!multiplier) return refuse(text, fmt::format("is no number: unknown unit \"{}\"", clean_utf8(plain.substr(end))));
  const bool has_unit = *multiplier > 1;
  const auto parts = digits_of(std::string_view(plain).substr(0, end), has_unit, text);
  if (const auto* problem = std::get_if<NotACount>(&parts)) return *problem;
  const Digits& digits = std::get<Digits>(parts);

  const double scale = std::pow(10.0, static_cast<double>(digits.fraction.size()));
  const double value = std::stod(digits.whole + digits.fraction) * *multiplier / scale;
  if (!(value <= largest_count)) return refuse(text, "is larger than any count");
  const double step = *multiplier / scale;  // of the last digit written
  if (step <= 1) {
    if (value != std::floor(value)) return refuse(text, "is no whole number");
    return Quantity::exact(value);
  }
  if (!has_unit) return Quantity::exact(value);
  return Quantity{value, std::max(0.0, value - step / 2), value + step / 2};
}

}  // namespace foreview
