#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <string_view>

#include "core/text.h"
#include "foreview/error.h"
#include "text/text_vectorizer.h"

namespace foreview {
namespace {

struct FreeMapped {
  void operator()(utf8proc_uint8_t* text) const { std::free(text); }
};

/// Unicode case folding, then NFC.
std::string fold(const std::string& text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE | UTF8PROC_STABLE);
  const utf8proc_ssize_t length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                               static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, FreeMapped> owner(mapped);
  if (length < 0) throw Error({.problem = "a text could not be normalised", .got = utf8proc_errmsg(length)});
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<size_t>(length));
}

enum class Role { separator, letter, mark, lone, ignored };

bool within(utf8proc_int32_t code, utf8proc_int32_t first, utf8proc_int32_t last) {
  return code >= first && code <= last;
}

/// Scripts written without spaces between words: Thai to Burmese, Khmer, kana, Han with its extensions.
bool is_written_without_spaces(utf8proc_int32_t code) {
  return within(code, 0x0E00, 0x0EFF) || within(code, 0x1000, 0x109F) || within(code, 0x1780, 0x17FF) ||
         within(code, 0x3005, 0x3007) || within(code, 0x3041, 0x30FF) || within(code, 0x31F0, 0x31FF) ||
         within(code, 0x3400, 0x4DBF) || within(code, 0x4E00, 0x9FFF) || within(code, 0xF900, 0xFAFF) ||
         within(code, 0x20000, 0x3FFFF);
}

Role role_of(utf8proc_int32_t code) {
  const bool is_variation_selector = within(code, 0xFE00, 0xFE0F);
  const bool is_skin_tone = within(code, 0x1F3FB, 0x1F3FF);
  if (is_variation_selector || is_skin_tone || code == 0x200D) return Role::ignored;
  switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return Role::letter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return Role::mark;
    case UTF8PROC_CATEGORY_SO:
      return code == 0xFFFD ? Role::separator : Role::lone;  // emoji; U+FFFD stands for bytes that were no text
    default:
      return code == '_' ? Role::letter : Role::separator;
  }
}

/// Collects words from code points that come one at a time.
class WordCollector {
 public:
  void add(utf8proc_int32_t code, std::string_view bytes) {
    switch (role_of(code)) {
      case Role::ignored:
        return;
      case Role::mark:
        if (!word_.empty()) word_ += bytes;
        return;
      case Role::letter:
        add_letter(code, bytes);
        return;
      case Role::lone:
        close();
        words_.emplace_back(bytes);
        return;
      case Role::separator:
        add_separator(code, bytes);
    }
  }

  std::vector<std::string> finish() {
    close();
    return std::move(words_);
  }

 private:
  void add_letter(utf8proc_int32_t code, std::string_view bytes) {
    const bool alone = !tagged_ && is_written_without_spaces(code);
    if (alone || last_alone_) close();
    if (apostrophe_ && !word_.empty()) word_ += '\'';
    apostrophe_ = false;
    word_ += bytes;
    has_letter_ = true;
    last_alone_ = alone;
  }

  void add_separator(utf8proc_int32_t code, std::string_view bytes) {
    const bool joins = (code == '\'' || code == 0x2019) && has_letter_ && !tagged_ && !last_alone_ && !apostrophe_;
    if (joins) {
      apostrophe_ = true;
      return;
    }
    close();
    if (code == '#' || code == '@') {
      word_ = bytes;
      tagged_ = true;
    }
  }

  void close() {
    if (has_letter_) words_.push_back(std::move(word_));
    word_.clear();
    tagged_ = has_letter_ = last_alone_ = apostrophe_ = false;
  }

  std::vector<std::string> words_;
  std::string word_;
  bool tagged_ = false, has_letter_ = false, last_alone_ = false;
  bool apostrophe_ = false;  // one was read; it belongs to the word only if a letter follows
};

}  // namespace

std::vector<std::string> words_of(const std::string& text) {
  const std::string folded = fold(clean_utf8(text));
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(folded.data());
  WordCollector collector;
  for (size_t at = 0; at < folded.size();) {
    utf8proc_int32_t code = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(folded.size() - at), &code);
    if (length <= 0) break;
    collector.add(code, std::string_view(folded).substr(at, static_cast<size_t>(length)));
    at += static_cast<size_t>(length);
  }
  return collector.finish();
}

}  // namespace foreview
