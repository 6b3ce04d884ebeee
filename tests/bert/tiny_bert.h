#pragma once

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/safetensors.h"
#include "support/temporary_folder.h"

namespace foreview::testing {

/// A BERT of width 4 with one layer, written as files that a test may spoil.
class TinyBert {
 public:
  TinyBert() {
    matrix("embeddings.word_embeddings.weight", {7, 4});
    matrix("embeddings.position_embeddings.weight", {8, 4});
    matrix("embeddings.token_type_embeddings.weight", {2, 4});
    linear("embeddings.LayerNorm", {4});
    const std::string layer = "encoder.layer.0.";
    for (const char* name :
         {"attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"})
      linear(layer + name, {4, 4});
    linear(layer + "attention.output.LayerNorm", {4});
    linear(layer + "intermediate.dense", {8, 4});
    linear(layer + "output.dense", {4, 8});
    linear(layer + "output.LayerNorm", {4});
  }

  void matrix(const std::string& name, const std::vector<int64_t>& shape, float factor = 0.1f) {
    int64_t count = 1;
    for (const int64_t size : shape) count *= size;
    std::vector<float> values;
    for (int64_t i = 0; i < count; ++i) values.push_back(factor * static_cast<float>((i * 7 + count) % 11 - 5));
    weights.tensors[name] = StoredTensor::from<float>(shape, values.data());
  }
  void linear(const std::string& name, const std::vector<int64_t>& shape) {
    matrix(name + ".weight", shape);
    matrix(name + ".bias", {shape[0]});
  }

  const std::filesystem::path& write() {
    const auto& to = folder_.path();
    write_file_atomically(to / "modules.json", modules.dump());
    write_file_atomically(to / "config.json", config.dump());
    write_file_atomically(to / "1_Pooling" / "config.json", pooling.dump());
    write_file_atomically(to / "vocab.txt", vocabulary);
    write_safetensors(to / "model.safetensors", weights);
    return to;
  }

  nlohmann::json modules = {{{"type", "sentence_transformers.models.Transformer"}, {"path", ""}},
                            {{"type", "sentence_transformers.models.Pooling"}, {"path", "1_Pooling"}}};
  nlohmann::json config = {
      {"model_type", "bert"},     {"vocab_size", 7},        {"hidden_size", 4},     {"num_hidden_layers", 1},
      {"num_attention_heads", 2}, {"intermediate_size", 8}, {"type_vocab_size", 2}, {"max_position_embeddings", 8}};
  nlohmann::json pooling = {{"pooling_mode_mean_tokens", true}};
  std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nhel\n##lo\nworld\n";
  SafetensorsFile weights;

 private:
  TemporaryFolder folder_;
};

}  // namespace foreview::testing
