#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

// Internal to this folder. Torch-free.
namespace foreview {

/// How text becomes words before the vocabulary is asked; from tokenizer_config.json.
struct WordPieceOptions {
  bool lower_case = true;
  bool strip_accents = true;
  bool split_ideographs = true;       ///< each CJK ideograph is a word of its own
  size_t most_word_characters = 100;  ///< a longer word is unknown
  std::string unknown = "[UNK]", classify = "[CLS]", separate = "[SEP]", pad = "[PAD]";
};

/// Tokens and their ids: vocab.txt (one a line), else "model.vocab" of tokenizer.json.
struct WordPieceVocabulary {
  std::unordered_map<std::string, int> ids;
  size_t size = 0;             // lines or entries
  std::filesystem::path file;  // for messages
};
/// Throws Error when the folder has neither file or a damaged one.
WordPieceVocabulary read_wordpiece_vocabulary(const std::filesystem::path& folder);

/// BERT's tokeniser (Devlin et al. 2019): words and punctuation, then the longest known pieces from the left.
class WordPieceTokenizer {
 public:
  /// Throws Error when a special token is not in the vocabulary.
  WordPieceTokenizer(WordPieceVocabulary vocabulary, WordPieceOptions options);

  /// [CLS], pieces, [SEP]; at most `most` ids in all, the first pieces are kept. Bytes that are not UTF-8 are dropped.
  std::vector<int> encode(const std::string& text, size_t most) const;
  int pad() const { return pad_; }

 private:
  void add_pieces(const std::u32string& word, std::vector<int>& ids) const;

  WordPieceVocabulary vocabulary_;
  WordPieceOptions options_;
  int unknown_ = 0, classify_ = 0, separate_ = 0, pad_ = 0;
};

/// Cleaned, lower-cased and split as the options say; punctuation stands alone.
std::vector<std::u32string> words_before_pieces(const std::string& text, const WordPieceOptions& options);

}  // namespace foreview
