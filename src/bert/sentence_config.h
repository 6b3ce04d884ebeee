#pragma once

#include <filesystem>
#include <string>

#include "bert/wordpiece.h"

// Internal to this folder. Torch-free.
namespace foreview {

/// config.json of a BERT or DistilBERT.
struct BertConfig {
  bool distilled = false;  ///< DistilBERT: other tensor names, no token types
  int vocabulary = 0, width = 0, layers = 0, heads = 0, inner = 0, positions = 0, token_types = 0;
  double norm_epsilon = 1e-12;
  std::string activation = "gelu";  ///< gelu (exact), gelu_new (tanh) or relu
};

/// How token states become one vector (1_Pooling/config.json); several are concatenated in this order.
struct PoolingConfig {
  bool first = false, largest = false, mean = false;  ///< of [CLS], maximum over tokens, mean over tokens
  int parts() const { return first + largest + mean; }
};

struct SentenceConfig {
  BertConfig bert;
  PoolingConfig pooling;
  bool normalise = false;  ///< to length 1
  size_t most_tokens = 0;  ///< with [CLS] and [SEP]
  WordPieceOptions words;
  std::filesystem::path transformer;  ///< the folder that holds config.json, weights and vocabulary
  std::filesystem::path pooling_file;
};

/// Reads a sentence-transformers folder: modules.json and the settings that it names. Throws Error naming the file for
/// anything missing, out of range, or of a kind that is not known here (a Dense layer, other poolings, other models).
SentenceConfig read_sentence_config(const std::filesystem::path& folder);

}  // namespace foreview
