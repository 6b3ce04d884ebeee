#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "whisper/byte_pair_encoding.h"

// Internal to this folder.
namespace foreview {

/// What the tokenizer files of a Hugging Face folder say.
struct TokenizerFiles {
  BytePairEncoding::Vocabulary vocabulary;
  BytePairEncoding::Merges merges;
  std::map<std::string, int> added;  // special tokens
  std::filesystem::path file;        // for messages
};

/// vocab.json, merges.txt and added_tokens.json when they are there, else tokenizer.json. Throws Error naming the file.
TokenizerFiles read_tokenizer_files(const std::filesystem::path& folder);

}  // namespace foreview
