#include "speech/word_error_rate.h"

#include <cctype>
#include <vector>

namespace foreview {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    const bool part = std::isalnum(byte) || character == '\'';
    if (part && !inside) words.emplace_back();
    if (part) words.back() += static_cast<char>(std::tolower(byte));
    inside = part;
  }
  return words;
}

WordErrors with(WordErrors errors, size_t WordErrors::*kind) {
  ++(errors.*kind);
  return errors;
}

const WordErrors& fewer(const WordErrors& a, const WordErrors& b) { return b.total() < a.total() ? b : a; }

}  // namespace

double WordErrors::rate() const {
  if (reference_words == 0) return total() == 0 ? 0.0 : 1.0;
  return static_cast<double>(total()) / static_cast<double>(reference_words);
}

WordErrors& WordErrors::operator+=(const WordErrors& other) {
  substitutions += other.substitutions;
  deletions += other.deletions;
  insertions += other.insertions;
  reference_words += other.reference_words;
  return *this;
}

WordErrors count_word_errors(const std::string& reference, const std::string& hypothesis) {
  const std::vector<std::string> said = words_of(reference), heard = words_of(hypothesis);
  // best[j]: the reference's words so far against the first j heard (Levenshtein distance, one row at a time).
  std::vector<WordErrors> best(heard.size() + 1);
  for (size_t j = 1; j <= heard.size(); ++j) best[j] = with(best[j - 1], &WordErrors::insertions);
  for (const std::string& word : said) {
    WordErrors diagonal = best[0];
    best[0] = with(best[0], &WordErrors::deletions);
    for (size_t j = 1; j <= heard.size(); ++j) {
      const WordErrors matched = word == heard[j - 1] ? diagonal : with(diagonal, &WordErrors::substitutions);
      diagonal = best[j];
      best[j] = fewer(fewer(matched, with(best[j], &WordErrors::deletions)),
                      with(best[j - 1], &WordErrors::insertions));
    }
  }
  WordErrors result = best.back();
  result.reference_words = said.size();
  return result;
}

}  // namespace foreview
