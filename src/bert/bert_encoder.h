#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

#include "bert/sentence_config.h"
#include "tensors/tensor_file.h"

// Internal to this folder.
namespace foreview {

/// BERT's encoder (Devlin et al. 2019): post-norm transformer layers over word pieces.
class BertEncoder {
 public:
  /// Picks every tensor by its Hugging Face name, with or without the model's prefix; others are ignored. Throws Error
  /// naming `file`.
  BertEncoder(NamedTensors tensors, const BertConfig& config, const std::string& device,
              const std::filesystem::path& file);

  /// ids: [batch, tokens] i64; present: [batch, tokens] bool, false for padding, which no token attends to.
  /// Returns the last hidden states [batch, tokens, width] f32; rows of padding mean nothing.
  at::Tensor run(const at::Tensor& ids, const at::Tensor& present) const;

 private:
  struct Linear {
    at::Tensor weight, bias;  // [out, in], [out]
  };
  struct Layer {
    Linear query_key_value, out, up, down;
    Linear attention_norm, output_norm;  // weight and bias [width]
  };
  at::Tensor attend(const Layer& layer, const at::Tensor& states, const at::Tensor& hidden) const;
  at::Tensor activate(const at::Tensor& states) const;
  at::Tensor norm(const at::Tensor& states, const Linear& weights) const;

  BertConfig config_;
  at::Tensor words_, positions_;  // [vocabulary, width], [positions, width] with the first token type added
  Linear embedding_norm_;
  std::vector<Layer> layers_;
};

}  // namespace foreview
