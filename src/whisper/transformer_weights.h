#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tensors/tensor_file.h"
#include "whisper/packed_matrix.h"
#include "whisper/whisper_config.h"

// Internal to this folder.
namespace foreview {

/// Plain for the library's products, in the computing type; or packed for the program's own, which add up in f32: on the
/// CPU all but the encoder's in bf16, which the library multiplies faster.
struct LinearWeights {
  at::Tensor weight;    // [out, in]; undefined where packed
  PackedMatrix packed;
  at::Tensor bias;      // [out], f32 where packed; undefined: none

  bool is_packed() const { return packed.outputs > 0; }
  int64_t outputs() const { return is_packed() ? packed.outputs : weight.size(0); }
};
struct NormWeights {
  at::Tensor weight, bias;  // [width], f32 on the CPU
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
  at::ScalarType type, state_type;  // of the computation; of what layers add to: f32 on the CPU
  LinearWeights conv1, conv2;       // [width, 3 * channels], a frame's channels side by side
  at::Tensor positions;             // [audio_context, width] of state_type
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
  at::ScalarType type;      // of the caches
  LinearWeights embedding;  // [vocabulary, width], also the output matrix
  at::Tensor positions;     // [text_context, width], f32 on the CPU
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
