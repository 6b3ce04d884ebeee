#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "bert/wordpiece.h"
#include "core/utf8_text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

bool within(char32_t value, char32_t first, char32_t last) { return value >= first && value <= last; }

utf8proc_category_t category_of(char32_t value) { return utf8proc_category(static_cast<utf8proc_int32_t>(value)); }

bool is_control(char32_t value) {
  if (value == '\t' || value == '\n' || value == '\r') return false;
  const auto category = category_of(value);
  return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF;
}

bool is_punctuation(char32_t value) {
  if (within(value, 33, 47) || within(value, 58, 64) || within(value, 91, 96) || within(value, 123, 126)) return true;
  const auto category = category_of(value);
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

// The blocks that BERT's authors call Chinese characters.
bool is_ideograph(char32_t value) {
  return within(value, 0x4E00, 0x9FFF) || within(value, 0x3400, 0x4DBF) || within(value, 0x20000, 0x2A6DF) ||
         within(value, 0x2A700, 0x2B73F) || within(value, 0x2B740, 0x2B81F) || within(value, 0x2B820, 0x2CEAF) ||
         within(value, 0xF900, 0xFAFF) || within(value, 0x2F800, 0x2FA1F);
}

struct FreeMapped {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

/// Canonical decomposition.
std::string decomposed(const std::string& text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_STABLE);
  const utf8proc_ssize_t length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                               static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, FreeMapped> owner(mapped);
  if (length < 0) throw Error({.problem = "a text could not be normalised", .got = utf8proc_errmsg(length)});
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<size_t>(length));
}

std::string lower(const std::string& text) {
  std::string result;
  for (const CodePoint& point : code_points(text)) {
    // The one letter whose full lower case is two code points (Unicode SpecialCasing.txt).
    if (point.value == 0x130) {
      result += "i" + utf8_of(0x307);
    } else {
      result += utf8_of(static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(point.value))));
    }
  }
  return result;
}

/// Without what is no text; white space is one blank, ideographs stand between blanks.
std::string cleaned(const std::string& text, bool split_ideographs) {
  std::string result;
  for (const CodePoint& point : code_points(text)) {
    if (point.value == 0 || point.value == 0xFFFD || is_control(point.value)) continue;
    const std::string bytes = utf8_of(point.value);
    if (is_white_space(point.value)) {
      result += ' ';
    } else if (split_ideographs && is_ideograph(point.value)) {
      result += " " + bytes + " ";
    } else {
      result += bytes;
    }
  }
  return result;
}

}  // namespace

std::vector<std::u32string> words_before_pieces(const std::string& text, const WordPieceOptions& options) {
  std::string prepared = cleaned(text, options.split_ideographs);
  if (options.lower_case) prepared = lower(prepared);
  if (options.strip_accents) prepared = decomposed(prepared);
  std::vector<std::u32string> words;
  std::u32string word;
  const auto close = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const CodePoint& point : code_points(prepared)) {
    if (options.strip_accents && category_of(point.value) == UTF8PROC_CATEGORY_MN) continue;
    if (is_white_space(point.value)) {
      close();
    } else if (is_punctuation(point.value)) {
      close();
      words.push_back({point.value});
    } else {
      word += point.value;
    }
  }
  close();
  return words;
}

}  // namespace foreview
