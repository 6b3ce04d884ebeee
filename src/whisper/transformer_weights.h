#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tensors/tensor_file.h"
#include "whisper/whisper_config.h"

// Internal to this folder. All matrices are in the computing type, norms and biases in f32 where noted.
namespace foreview {

struct LinearWeights {
  at::Tensor weight;  // [out, in]
  at::Tensor bias;    // [out]
};
struct NormWeights {
  at::Tensor weight, bias;  // [width]
};
struct SelfAttentionWeights {
  LinearWeights query_key_value;  // [3 * width, width], the query's part times head_width^-0.5
  LinearWeights out;
};
struct CrossAttentionWeights {
  LinearWeights query;      // times head_width^-0.5
  LinearWeights key_value;  // [2 * width, width]
  LinearWeights out;
};

struct EncoderLayerWeights {
  NormWeights attention_norm, mlp_norm;
  SelfAttentionWeights attention;
  LinearWeights up, down;
};
struct EncoderWeights {
  at::Tensor conv1_weight, conv1_bias;  // [width, mel_bins, 3]
  at::Tensor conv2_weight, conv2_bias;  // [width, width, 3]
  at::Tensor positions;                 // [audio_context, width]
  std::vector<EncoderLayerWeights> layers;
  NormWeights norm;
};

struct DecoderLayerWeights {
  NormWeights attention_norm, cross_norm, mlp_norm;
  SelfAttentionWeights attention;
  CrossAttentionWeights cross;
  LinearWeights up, down;
};
struct DecoderWeights {
  at::Tensor embedding;  // [vocabulary, width], also the output matrix
  at::Tensor positions;  // [text_context, width]
  std::vector<DecoderLayerWeights> layers;
  NormWeights norm;
};

struct TransformerWeights {
  EncoderWeights encoder;
  DecoderWeights decoder;
};

/// Picks every tensor by its Hugging Face name, checks shape and finiteness (Error with expected and got, naming
/// `file`), and converts to `type` on `device`. `tensors` is emptied on the way to save memory.
TransformerWeights make_transformer_weights(NamedTensors& tensors, const WhisperConfig& config, at::ScalarType type,
                                            const std::string& device, const std::filesystem::path& file);

}  // namespace foreview
