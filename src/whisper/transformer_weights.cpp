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

  at::Tensor placed(const at::Tensor& values) { return values.to(at::Device(device_), type_).contiguous(); }
  at::Tensor tensor(const std::string& name, const std::vector<int64_t>& shape) { return placed(take(name, shape)); }

  LinearWeights linear(const std::string& name, int64_t out, int64_t in, bool has_bias = true, double scale = 1) {
    LinearWeights weights{take(name + ".weight", {out, in}) * scale, {}};
    weights.bias = has_bias ? take(name + ".bias", {out}) * scale : torch::zeros({out});
    return weights;
  }
  LinearWeights placed(const LinearWeights& weights) { return {placed(weights.weight), placed(weights.bias)}; }
  LinearWeights joined(const std::vector<LinearWeights>& parts) {
    std::vector<at::Tensor> weights, biases;
    for (const LinearWeights& part : parts) {
      weights.push_back(part.weight);
      biases.push_back(part.bias);
    }
    return {placed(torch::cat(weights)), placed(torch::cat(biases))};
  }
  NormWeights norm(const std::string& name, int64_t width) {
    return {tensor(name + ".weight", {width}), tensor(name + ".bias", {width})};
  }

 private:
  NamedTensors& tensors_;
  at::ScalarType type_;
  std::string device_;
  const std::filesystem::path& file_;
};

SelfAttentionWeights self_attention(WeightPicker& pick, const std::string& name, int64_t width, int heads) {
  const double scale = std::pow(static_cast<double>(width) / heads, -0.5);
  const LinearWeights query = pick.linear(name + ".q_proj", width, width, true, scale);
  const LinearWeights key = pick.linear(name + ".k_proj", width, width, false);
  const LinearWeights value = pick.linear(name + ".v_proj", width, width);
  return {pick.joined({query, key, value}), pick.placed(pick.linear(name + ".out_proj", width, width))};
}

CrossAttentionWeights cross_attention(WeightPicker& pick, const std::string& name, int64_t width, int heads) {
  const double scale = std::pow(static_cast<double>(width) / heads, -0.5);
  const LinearWeights query = pick.linear(name + ".q_proj", width, width, true, scale);
  const LinearWeights key = pick.linear(name + ".k_proj", width, width, false);
  const LinearWeights value = pick.linear(name + ".v_proj", width, width);
  return {pick.placed(query), pick.joined({key, value}), pick.placed(pick.linear(name + ".out_proj", width, width))};
}

EncoderWeights encoder_weights(WeightPicker& pick, const WhisperConfig& c) {
  EncoderWeights encoder;
  encoder.conv1_weight = pick.tensor("encoder.conv1.weight", {c.width, c.mel_bins, 3});
  encoder.conv1_bias = pick.tensor("encoder.conv1.bias", {c.width});
  encoder.conv2_weight = pick.tensor("encoder.conv2.weight", {c.width, c.width, 3});
  encoder.conv2_bias = pick.tensor("encoder.conv2.bias", {c.width});
  encoder.positions = pick.tensor("encoder.embed_positions.weight", {c.audio_context, c.width});
  for (int i = 0; i < c.encoder_layers; ++i) {
    const std::string layer = fmt::format("encoder.layers.{}.", i);
    encoder.layers.push_back({pick.norm(layer + "self_attn_layer_norm", c.width),
                              pick.norm(layer + "final_layer_norm", c.width),
                              self_attention(pick, layer + "self_attn", c.width, c.encoder_heads),
                              pick.placed(pick.linear(layer + "fc1", c.encoder_inner, c.width)),
                              pick.placed(pick.linear(layer + "fc2", c.width, c.encoder_inner))});
  }
  encoder.norm = pick.norm("encoder.layer_norm", c.width);
  return encoder;
}

DecoderWeights decoder_weights(WeightPicker& pick, const WhisperConfig& c) {
  DecoderWeights decoder;
  decoder.embedding = pick.tensor("decoder.embed_tokens.weight", {c.vocabulary, c.width});
  decoder.positions = pick.tensor("decoder.embed_positions.weight", {c.text_context, c.width});
  for (int i = 0; i < c.decoder_layers; ++i) {
    const std::string layer = fmt::format("decoder.layers.{}.", i);
    decoder.layers.push_back({pick.norm(layer + "self_attn_layer_norm", c.width),
                              pick.norm(layer + "encoder_attn_layer_norm", c.width),
                              pick.norm(layer + "final_layer_norm", c.width),
                              self_attention(pick, layer + "self_attn", c.width, c.decoder_heads),
                              cross_attention(pick, layer + "encoder_attn", c.width, c.decoder_heads),
                              pick.placed(pick.linear(layer + "fc1", c.decoder_inner, c.width)),
                              pick.placed(pick.linear(layer + "fc2", c.width, c.decoder_inner))});
  }
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
