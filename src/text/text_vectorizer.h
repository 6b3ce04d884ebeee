#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

// Torch-free facade.
namespace foreview {

/// Words of a text: lower case by Unicode case folding, NFC; hashtags and mentions kept whole ("#fyp").
std::vector<std::string> words_of(const std::string& text);

/// TF-IDF over words (and word pairs) followed by a truncated SVD, fitted on training texts alone.
/// tf = 1 + ln(count), idf = ln((1 + n) / (1 + df)) + 1, rows scaled to length 1 (as scikit-learn's sublinear, smooth).
class TextVectorizer {
 public:
  struct Options {
    int dimension = 32;     // at most; fewer when the texts have a lower rank
    int min_documents = 2;  // a word must stand in this many training texts
    double max_document_share = 0.95;
    int most_words = 20000;  // vocabulary
    bool pairs = true;       // also neighbouring word pairs
  };
  TextVectorizer();  ///< unfitted: dimension 0, transform gives an empty vector
  static TextVectorizer fit(const std::vector<std::string>& texts, const Options& options);

  int dimension() const;
  /// Zeros for a text without known words.
  std::vector<float> transform(const std::string& text) const;

  nlohmann::json to_json() const;
  /// Throws Error naming `file` when the sizes do not fit together.
  static TextVectorizer from_json(const nlohmann::json& json, const std::string& file);

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace foreview
