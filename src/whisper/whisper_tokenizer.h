#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace foreview {

class BytePairEncoding;

/// Ids of the tokens that steer the decoder (Radford et al. 2022, figure 1).
struct WhisperSpecialTokens {
  int end_of_text = -1, start_of_transcript = -1, translate = -1, transcribe = -1, start_of_lm = -1, start_of_prev = -1,
      no_speech = -1, no_timestamps = -1;
  int timestamp_begin = -1;              // 0.00 s; one id more is 0.02 s later
  std::map<std::string, int> languages;  // "en" -> id; empty for English-only models
};

/// Whisper's byte-level tokenizer.
class WhisperTokenizer {
 public:
  /// Reads vocab.json, merges.txt and added_tokens.json of a Hugging Face folder, or its tokenizer.json. `vocabulary`
  /// is the model's size; throws Error naming the file, with expected and got, when it does not fit.
  static WhisperTokenizer load(const std::filesystem::path& folder, int vocabulary);
  /// From raw tokens whose ids are their ranks (ggml); special tokens stand where the vocabulary's size says.
  static WhisperTokenizer from_tokens(std::vector<std::string> tokens, int vocabulary,
                                      const std::filesystem::path& file);

  ~WhisperTokenizer();
  WhisperTokenizer(WhisperTokenizer&&) noexcept;
  WhisperTokenizer& operator=(WhisperTokenizer&&) noexcept;

  const WhisperSpecialTokens& special() const { return special_; }
  bool is_multilingual() const { return !special_.languages.empty(); }
  int vocabulary() const { return vocabulary_; }

  /// Special tokens' spellings are ordinary text here.
  std::vector<int> encode(std::string_view text) const;
  /// Spellings such as "<|en|>" become their tokens.
  std::vector<int> encode_with_special_tokens(std::string_view text) const;
  /// Timestamps are dropped, other special tokens spelt out; bytes that are no UTF-8 become U+FFFD.
  std::string decode(std::span<const int> ids) const;
  /// Timestamps are spelt "<|1.20|>".
  std::string decode_with_timestamps(std::span<const int> ids) const;
  std::string raw_bytes(std::span<const int> ids) const;

  bool is_timestamp(int id) const { return id >= special_.timestamp_begin; }
  /// Tokens that annotate rather than speak ("(", "♪♪", ...): suppressed unless asked for otherwise.
  std::vector<int> non_speech_tokens() const;
  /// "en" for the id of <|en|>; empty for other ids.
  std::string language_of(int id) const;

 private:
  WhisperTokenizer(std::unique_ptr<BytePairEncoding> encoding, const std::map<std::string, int>& added, int vocabulary,
                   const std::filesystem::path& file);
  std::string spelling_of(int id) const;

  std::unique_ptr<BytePairEncoding> encoding_;
  std::map<std::string, int> id_of_special_;
  std::map<int, std::string> special_of_id_;
  WhisperSpecialTokens special_;
  int vocabulary_ = 0;
};

}  // namespace foreview
