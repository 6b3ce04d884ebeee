#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

// Internal to this folder.
namespace foreview {

/// Splits text the way GPT-2 does before merging (Radford et al. 2019, encoder.py):
/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ . `text` must be valid UTF-8.
std::vector<std::string_view> pre_tokens(std::string_view text);

/// Byte-level byte-pair encoding (Sennrich et al. 2016, over bytes): text into ids and back. Holds no special tokens.
class BytePairEncoding {
 public:
  using Vocabulary = std::vector<std::pair<std::string, int>>;      // token as the file spells it, id
  using Merges = std::vector<std::pair<std::string, std::string>>;  // as spelt, best first

  /// Spelling: GPT-2's, where each byte is one printable character. Throws Error naming `file` when a byte has no
  /// token, an id is named twice or a merge makes no token.
  BytePairEncoding(const Vocabulary& vocabulary, const Merges& merges, const std::filesystem::path& file);
  /// The ids are the ranks, as in ggml files and tiktoken: `tokens[id]` holds its bytes.
  BytePairEncoding(std::vector<std::string> tokens, const std::filesystem::path& file);

  std::vector<int> encode(std::string_view text) const;
  /// Raw bytes of a token; empty for ids it does not have.
  std::string_view bytes(int id) const;
  int size() const { return static_cast<int>(bytes_.size()); }

 private:
  void add_bytes(int id, std::string bytes);
  void check_single_bytes(const std::filesystem::path& file);
  void encode_pre_token(std::string_view word, std::vector<int>& ids) const;

  struct Merge {
    int rank, id;
  };
  const Merge* merge_of(int left, int right) const;

  std::vector<std::string> bytes_;  // by id
  std::unordered_map<std::string, int> id_of_;
  std::unordered_map<uint64_t, Merge> merges_;  // by both ids
  int single_[256];
};

}  // namespace foreview
