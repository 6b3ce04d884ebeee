#include "whisper/byte_pair_encoding.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <array>
#include <limits>
#include <optional>

#include "core/text.h"
#include "core/utf8_text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr int largest_id = 1 << 20;

/// GPT-2's spelling: printable Latin-1 stands for itself, the other bytes for U+0100 and up, in order.
std::array<char32_t, 256> byte_spelling() {
  std::array<char32_t, 256> spelling{};
  char32_t next = 256;
  for (int byte = 0; byte < 256; ++byte) {
    const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    spelling[byte] = printable ? static_cast<char32_t>(byte) : next++;
  }
  return spelling;
}

/// Absent when the token is not spelt that way (special tokens are not).
std::optional<std::string> bytes_of_spelling(std::string_view token) {
  static const std::unordered_map<char32_t, char> byte_of = [] {
    std::unordered_map<char32_t, char> map;
    const auto spelling = byte_spelling();
    for (int byte = 0; byte < 256; ++byte) map[spelling[byte]] = static_cast<char>(byte);
    return map;
  }();
  std::string bytes;
  for (const CodePoint& point : code_points(token)) {
    const auto byte = byte_of.find(point.value);
    if (byte == byte_of.end()) return std::nullopt;
    bytes += byte->second;
  }
  return bytes;
}

enum class Class { letter, number, space, other };

Class class_of(char32_t value) {
  if (is_white_space(value)) return Class::space;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(value))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return Class::letter;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return Class::number;
    default:
      return Class::other;
  }
}

uint64_t pair_key(int left, int right) {
  return (static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32) | static_cast<uint32_t>(right);
}

}  // namespace

std::vector<std::string_view> pre_tokens(std::string_view text) {
  const std::vector<CodePoint> points = code_points(text);
  std::vector<Class> classes;
  for (const CodePoint& point : points) classes.push_back(class_of(point.value));
  std::vector<std::string_view> words;
  const size_t n = points.size();
  for (size_t at = 0; at < n;) {
    size_t end = at;
    for (const std::string_view ending : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"})
      if (text.substr(points[at].begin).starts_with(ending)) {
        end = at + ending.size();
        break;
      }
    if (end == at) {
      const size_t first = points[at].value == U' ' && at + 1 < n && classes[at + 1] != Class::space ? at + 1 : at;
      end = first;
      while (end < n && classes[end] == classes[first]) ++end;
      // White space leaves its last character to the word that follows.
      if (classes[first] == Class::space && end < n && end - first > 1) --end;
    }
    words.push_back(text.substr(points[at].begin, points[end - 1].end - points[at].begin));
    at = end;
  }
  return words;
}

void BytePairEncoding::add_bytes(int id, std::string bytes) {
  if (static_cast<size_t>(id) >= bytes_.size()) bytes_.resize(id + 1);
  if (!bytes.empty()) id_of_.emplace(bytes, id);
  bytes_[id] = std::move(bytes);
}

void BytePairEncoding::check_single_bytes(const std::filesystem::path& file) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto found = id_of_.find(std::string(1, static_cast<char>(byte)));
    if (found == id_of_.end())
      throw Error({.file = file.string(),
                   .problem = "this is no byte-level vocabulary",
                   .expected = "a token for each of the 256 bytes",
                   .got = fmt::format("none for byte {:#04x} among {} tokens", byte, id_of_.size()),
                   .advice = "use the tokenizer files that came with the model"});
    single_[byte] = found->second;
  }
}

BytePairEncoding::BytePairEncoding(const Vocabulary& vocabulary, const Merges& merges,
                                   const std::filesystem::path& file) {
  for (const auto& [token, id] : vocabulary) {
    if (id < 0 || id > largest_id)
      throw Error({.file = file.string(),
                   .problem = fmt::format("token \"{}\" has an impossible id", clean_utf8(token)),
                   .expected = fmt::format("0 to {}", largest_id),
                   .got = std::to_string(id)});
    if (std::optional<std::string> bytes = bytes_of_spelling(token)) add_bytes(id, std::move(*bytes));
  }
  check_single_bytes(file);
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    const auto left = bytes_of_spelling(merges[rank].first), right = bytes_of_spelling(merges[rank].second);
    const auto id = [&](const std::optional<std::string>& bytes) {
      const auto found = bytes ? id_of_.find(*bytes) : id_of_.end();
      return found == id_of_.end() ? -1 : found->second;
    };
    const int merged = left && right ? id(*left + *right) : -1;
    if (id(left) < 0 || id(right) < 0 || merged < 0)
      throw Error({.file = file.string(),
                   .problem = fmt::format("merge {} does not fit the vocabulary", rank + 1),
                   .expected = "two tokens that make a third",
                   .got = fmt::format("\"{} {}\"", clean_utf8(merges[rank].first), clean_utf8(merges[rank].second)),
                   .advice = "vocabulary and merges must come from the same model"});
    merges_.emplace(pair_key(id(left), id(right)), Merge{static_cast<int>(rank), merged});
  }
}

BytePairEncoding::BytePairEncoding(std::vector<std::string> tokens, const std::filesystem::path& file) {
  for (size_t id = 0; id < tokens.size(); ++id) add_bytes(static_cast<int>(id), std::move(tokens[id]));
  check_single_bytes(file);
  // Any two tokens that make a third may be merged; the third's id is the rank.
  for (const auto& [bytes, id] : id_of_) {
    for (size_t cut = 1; cut < bytes.size(); ++cut) {
      const auto left = id_of_.find(bytes.substr(0, cut)), right = id_of_.find(bytes.substr(cut));
      if (left != id_of_.end() && right != id_of_.end())
        merges_.emplace(pair_key(left->second, right->second), Merge{id, id});
    }
  }
}

std::string_view BytePairEncoding::bytes(int id) const {
  if (id < 0 || id >= size()) return {};
  return bytes_[id];
}

const BytePairEncoding::Merge* BytePairEncoding::merge_of(int left, int right) const {
  const auto found = merges_.find(pair_key(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

void BytePairEncoding::encode_pre_token(std::string_view word, std::vector<int>& ids) const {
  std::vector<int> parts;
  for (const char byte : word) parts.push_back(single_[static_cast<unsigned char>(byte)]);
  while (parts.size() > 1) {
    const Merge* best = nullptr;
    size_t best_at = 0;
    for (size_t i = 0; i + 1 < parts.size(); ++i)
      if (const Merge* merge = merge_of(parts[i], parts[i + 1]); merge && (!best || merge->rank < best->rank)) {
        best = merge;
        best_at = i;
      }
    if (!best) break;
    parts[best_at] = best->id;
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(best_at) + 1);
  }
  ids.insert(ids.end(), parts.begin(), parts.end());
}

std::vector<int> BytePairEncoding::encode(std::string_view text) const {
  constexpr size_t longest = 4096;  // bytes merged at once: merging is quadratic, and words are short
  std::vector<int> ids;
  const std::string valid = replace_invalid_utf8(text);
  for (const std::string_view word : pre_tokens(valid))
    for (size_t at = 0; at < word.size(); at += longest) encode_pre_token(word.substr(at, longest), ids);
  return ids;
}

}  // namespace foreview
