#pragma once

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace foreview {

/// Nonzero entries of a row: column and value, by ascending column.
using SparseRow = std::vector<std::pair<int, double>>;

/// What is written about one video: its own text, the names it is filed under, what is said in it, and facts that are
/// taken whole ("language=en").
struct TextDocument {
  std::string text;
  std::string tags = {};
  std::string speech = {};
  std::vector<std::string> facts;

  bool empty() const { return text.empty() && tags.empty() && speech.empty() && facts.empty(); }
};

/// TF-IDF of a document in blocks of columns: words of the text, of the tags and of the speech, since one word means
/// something else in each; the 3 to 5 characters long pieces of words of all three, so that spellings and languages
/// without blanks count too; facts; pairs of neighbouring words, of text, tags and speech. Rows are as long as their
/// documents (text_lengths.h).
class TextTerms {
 public:
  static constexpr size_t blocks = 8;
  static constexpr size_t word_blocks = 3;  ///< the words come first,
  static constexpr size_t pair_blocks = 3;  ///< their pairs last

  TextTerms();  ///< without terms
  static TextTerms fit(const std::vector<TextDocument>& documents);

  SparseRow row(const TextDocument& document) const;
  size_t columns() const { return ends()[blocks - 1]; }
  /// One past the last column of each block.
  std::array<size_t, blocks> ends() const;

  nlohmann::json to_json() const;
  /// Throws Error naming `file` for vocabularies that are damaged.
  static TextTerms from_json(const nlohmann::json& json, const std::string& file);

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace foreview
