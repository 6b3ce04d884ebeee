#include "whisper/transformer_weights.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <cmath>
#include <utility>

#include "tensors/model_weights.h"

namespace foreview {
namespace {

class WeightPicker {
 public:
  WeightPicker(NamedTensors& tensors, at::ScalarType type, const std::string& device, const std::filesystem::path& file)
      : tensors_(tensors), type_(type), device_(device), file_(file) {}

  /// As f32 on the CPU.
  at::Tensor take(const std::string& name, const std::vector<int64_t>& shape) {
    return take_weight(tensors_, "model." + name, shape, file_);
  }

  /// What layers add to is f32 on the CPU.
  at::ScalarType state_type() const { return is_cpu() ? at::kFloat : type_; }
  at::ScalarType type() const { return type_; }
  at::Tensor states(const std::string& name, const std::vector<int64_t>& shape) {
    return placed(take(name, shape), state_type());
  }

  /// Neither placed nor packed yet.
  LinearWeights linear(const std::string& name, int64_t out, int64_t in, bool has_bias = true, double scale = 1) {
    const at::Tensor weight = take(name + ".weight", {out, in}) * scale;
    return {weight, {}, has_bias ? take(name + ".bias", {out}) * scale : torch::zeros({out})};
  }
  LinearWeights convolution(const std::string& name, int64_t out, int64_t channels) {
    const at::Tensor weight = take(name + ".weight", {out, channels, 3});
    return {weight.transpose(1, 2).reshape({out, 3 * channels}), {}, take(name + ".bias", {out})};
  }
  static LinearWeights joined(const std::vector<LinearWeights>& parts) {
    std::vector<at::Tensor> weights, biases;
    for (const LinearWeights& part : parts) {
      weights.push_back(part.weight);
      biases.push_back(part.bias);
    }
    return {torch::cat(weights), {}, torch::cat(biases)};
  }

  /// For products with the many rows of a window.
  LinearWeights for_windows(const LinearWeights& weights) {
    return is_cpu() && type_ == at::kFloat ? packed(weights) : plain(weights);
  }
  /// For products with the few rows of a token.
  LinearWeights for_tokens(const LinearWeights& weights) { return is_cpu() ? packed(weights) : plain(weights); }

  NormWeights norm(const std::string& name, int64_t width) {
    return {states(name + ".weight", {width}), states(name + ".bias", {width})};
  }

 private:
  bool is_cpu() const { return device_ == "cpu"; }
  at::Tensor placed(const at::Tensor& values, at::ScalarType type) {
    return values.defined() ? values.to(at::Device(device_), type).contiguous() : values;
  }
  LinearWeights plain(const LinearWeights& weights) {
    return {placed(weights.weight, type_), {}, placed(weights.bias, type_)};
  }
  LinearWeights packed(const LinearWeights& weights) {
    return {{}, PackedMatrix::pack(weights.weight, type_), placed(weights.bias, at::kFloat)};
  }

  NamedTensors& tensors_;
  at::ScalarType type_;
  std::string device_;
  const std::filesystem::path& file_;
};

struct AttentionParts {
  LinearWeights query, key, value, out;
};

AttentionParts attention(WeightPicker& pick, const std::string& name, int64_t width, int heads) {
  const double scale = std::pow(static_cast<double>(width) / heads, -0.5);
  AttentionParts parts;
  parts.query = pick.linear(name + ".q_proj", width, width, true, scale);
  parts.key = pick.linear(name + ".k_proj", width, width, false);
  parts.value = pick.linear(name + ".v_proj", width, width);
  parts.out = pick.linear(name + ".out_proj", width, width);
  return parts;
}

EncoderLayerWeights encoder_layer(WeightPicker& pick, const WhisperConfig& c, const std::string& layer) {
  const AttentionParts self = attention(pick, layer + "self_attn", c.width, c.encoder_heads);
  return {.attention_norm = pick.norm(layer + "self_attn_layer_norm", c.width),
          .mlp_norm = pick.norm(layer + "final_layer_norm", c.width),
          .attention = {pick.for_windows(pick.joined({self.query, self.key, self.value})), pick.for_windows(self.out)},
          .up = pick.for_windows(pick.linear(layer + "fc1", c.encoder_inner, c.width)),
          .down = pick.for_windows(pick.linear(layer + "fc2", c.width, c.encoder_inner))};
}

EncoderWeights encoder_weights(WeightPicker& pick, const WhisperConfig& c) {
  EncoderWeights encoder{.type = pick.type(), .state_type = pick.state_type()};
  encoder.conv1 = pick.for_windows(pick.convolution("encoder.conv1", c.width, c.mel_bins));
  encoder.conv2 = pick.for_windows(pick.convolution("encoder.conv2", c.width, c.width));
  encoder.positions = pick.states("encoder.embed_positions.weight", {c.audio_context, c.width});
  for (int i = 0; i < c.encoder_layers; ++i)
    encoder.layers.push_back(encoder_layer(pick, c, fmt::format("encoder.layers.{}.", i)));
  encoder.norm = pick.norm("encoder.layer_norm", c.width);
  return encoder;
}

DecoderLayerWeights decoder_layer(WeightPicker& pick, const WhisperConfig& c, const std::string& layer) {
  const AttentionParts self = attention(pick, layer + "self_attn", c.width, c.decoder_heads);
  const AttentionParts cross = attention(pick, layer + "encoder_attn", c.width, c.decoder_heads);
  return {.attention_norm = pick.norm(layer + "self_attn_layer_norm", c.width),
          .cross_norm = pick.norm(layer + "encoder_attn_layer_norm", c.width),
          .mlp_norm = pick.norm(layer + "final_layer_norm", c.width),
          .attention = {pick.for_tokens(pick.joined({self.query, self.key, self.value})), pick.for_tokens(self.out)},
          .cross = {pick.for_tokens(cross.query), pick.for_windows(pick.joined({cross.key, cross.value})),
                    pick.for_tokens(cross.out)},
          .up = pick.for_tokens(pick.linear(layer + "fc1", c.decoder_inner, c.width)),
          .down = pick.for_tokens(pick.linear(layer + "fc2", c.width, c.decoder_inner))};
}

DecoderWeights decoder_weights(WeightPicker& pick, const WhisperConfig& c) {
  DecoderWeights decoder{.type = pick.type()};
  decoder.embedding =
      pick.for_tokens({pick.take("decoder.embed_tokens.weight", {c.vocabulary, c.width}), {}, {}});
  decoder.positions = pick.states("decoder.embed_positions.weight", {c.text_context, c.width});
  for (int i = 0; i < c.decoder_layers; ++i)
    decoder.layers.push_back(decoder_layer(pick, c, fmt::format("decoder.layers.{}.", i)));
  decoder.norm = pick.norm("decoder.layer_norm", c.width);
  return decoder;
}

}  // namespace

TransformerWeights make_transformer_weights(NamedTensors& tensors, const WhisperConfig& config, at::ScalarType type,
                                            const std::string& device, const std::filesystem::path& file) {
  const torch::NoGradGuard no_grad;
  WeightPicker pick(tensors, type, device, file);
  EncoderWeights encoder = encoder_weights(pick, config);
  return {std::move(encoder), decoder_weights(pick, config)};
}

}  // namespace foreview
