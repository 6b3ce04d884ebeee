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
  constexpr std::array nouns = {"view",    "views",         "play",           "plays",     "like",
                                "likes",   "comment",       "comments",       "share",     "shares",
                                "save",    "saves",         "vues",           "vistas",    "visualizaciones",
                                "aufrufe", "visualizações", "reproducciones", "просмотров"};
  return std::find(nouns.begin(), nouns.end(), word) != nouns.end();
}

/// A unit with the number it stands for. "mil" is a thousand in Spanish and Portuguese, where the comma is the decimal
/// mark; with a point it could be an English million and is refused.
struct Unit {
  std::string_view name;
  double multiplier;
  bool counted = false;  // a noun says what was counted: the number is whole
};
constexpr std::array units = {
    Unit{"k", 1e3},    Unit{"m", 1e6},    Unit{"b", 1e9},    Unit{"mio", 1e6},   Unit{"mio.", 1e6}, Unit{"mrd", 1e9},
    Unit{"mrd.", 1e9}, Unit{"mil", 1e3},  Unit{"tsd", 1e3},  Unit{"tsd.", 1e3},  Unit{"тыс.", 1e3}, Unit{"тыс", 1e3},
    Unit{"млн", 1e6},  Unit{"млрд", 1e9}, Unit{"lakh", 1e5}, Unit{"crore", 1e7}, Unit{"千", 1e3},   Unit{"万", 1e4},
    Unit{"萬", 1e4},   Unit{"億", 1e8},   Unit{"亿", 1e8},   Unit{"천", 1e3},    Unit{"만", 1e4},   Unit{"억", 1e8}};

/// What stands behind the digits: "", "k", " M", "views", "K views", "万回視聴". Absent when it is none of these.
std::optional<Unit> unit_of(std::string_view behind) {
  std::string lower = lower_ascii(behind);
  for (const std::string_view noun : {"回視聴", "回再生", "次观看", "次播放", "次觀看", "회"})
    if (lower.ends_with(noun)) lower.resize(lower.size() - noun.size());
  std::vector<std::string> words;
  for (const std::string& word : split_text(lower, ' '))
    if (!word.empty()) words.push_back(word);
  const bool counted = !words.empty() && is_noun(words.back());
  if (counted) words.pop_back();
  if (words.empty()) return Unit{"", 1, counted};
  if (words.size() > 1) return std::nullopt;
  for (const Unit& unit : units)
    if (unit.name == words[0]) return unit;
  return std::nullopt;
}

/// "12,5" in front of a unit: the comma can only be a decimal mark, since no group of thousands has one or two digits.
std::string with_decimal_point(std::string_view number) {
  std::string plain(number);
  const size_t comma = plain.find(',');
  const size_t behind = comma == plain.npos ? 0 : plain.size() - comma - 1;
  const bool only_mark = plain.find_first_of(".,", comma + 1) == plain.npos && plain.find('.') == plain.npos;
  if ((behind == 1 || behind == 2) && comma > 0 && only_mark) plain[comma] = '.';
  return plain;
}

/// "1,635,000": one to three digits, then groups of three.
bool is_grouped(std::string_view digits) {
  const std::vector<std::string> groups = split_text(digits, ',');
  if (groups[0].empty() || groups[0].size() > 3 || groups[0][0] == '0') return false;
  return std::all_of(groups.begin() + 1, groups.end(), [](const std::string& group) { return group.size() == 3; });
}

/// "1.635.000" and, of something counted, "1.635": the points can only separate thousands.
std::string without_grouping_points(const std::string& number, bool counted) {
  std::string commas = number;
  std::replace(commas.begin(), commas.end(), '.', ',');
  const auto points = std::count(number.begin(), number.end(), '.');
  const bool only_points = number.find(',') == number.npos;
  return only_points && points > (counted ? 0 : 1) && is_grouped(commas) ? commas : number;
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
  const std::optional<Unit> unit = unit_of(std::string_view(plain).substr(end));
  if (!unit) return refuse(text, fmt::format("is no number: unknown unit \"{}\"", clean_utf8(plain.substr(end))));
  const bool has_unit = unit->multiplier > 1;
  std::string number = plain.substr(0, end);
  if (unit->name == "mil" && number.find('.') != number.npos)
    return refuse(text, "is ambiguous: \"mil\" is a thousand in some languages and a million in others");
  number = has_unit ? with_decimal_point(number) : without_grouping_points(number, unit->counted);
  const auto parts = digits_of(number, has_unit, text);
  if (const auto* problem = std::get_if<NotACount>(&parts)) return *problem;
  const Digits& digits = std::get<Digits>(parts);

  const double scale = std::pow(10.0, static_cast<double>(digits.fraction.size()));
  const double value = std::stod(digits.whole + digits.fraction) * unit->multiplier / scale;
  if (!(value <= largest_count)) return refuse(text, "is larger than any count");
  const double step = unit->multiplier / scale;  // of the last digit written
  if (step <= 1) {
    if (value != std::floor(value)) return refuse(text, "is no whole number");
    return Quantity::exact(value);
  }
  if (!has_unit) return Quantity::exact(value);
  return Quantity{value, std::max(0.0, value - step / 2), value + step / 2};
}

}  // namespace foreview
