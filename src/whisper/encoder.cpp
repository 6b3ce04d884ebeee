#include "whisper/encoder.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include "foreview/error.h"
#include "whisper/attention.h"

namespace foreview {
namespace {

at::Tensor norm(const at::Tensor& states, const NormWeights& weights) {
  return torch::layer_norm(states, {states.size(-1)}, weights.weight, weights.bias, 1e-5);
}

at::Tensor self_attention(const at::Tensor& states, const SelfAttentionWeights& weights, int heads) {
  const int64_t windows = states.size(0), positions = states.size(1), width = states.size(2);
  // [3, windows, heads, positions, head_width]
  const at::Tensor parts = torch::linear(states, weights.query_key_value.weight, weights.query_key_value.bias)
                               .view({windows, positions, 3, heads, width / heads})
                               .permute({2, 0, 3, 1, 4})
                               .contiguous();
  return torch::linear(attend(parts[0], parts[1], parts[2]), weights.out.weight, weights.out.bias);
}

}  // namespace

at::Tensor run_encoder(const EncoderWeights& weights, const WhisperConfig& config, const at::Tensor& log_mel,
                       LayerProbe* probe) {
  if (log_mel.dim() != 3 || log_mel.size(1) != config.mel_bins || log_mel.size(2) != config.window_frames())
    throw Error({.problem = "the log-mel spectrogram does not fit the model",
                 .expected = fmt::format("[windows, {}, {}]", config.mel_bins, config.window_frames()),
                 .got = fmt::format("[{}]", fmt::join(log_mel.sizes(), ", "))});
  const auto keep = [&](const at::Tensor& states) {
    if (probe) probe->outputs.push_back(states.clone());
  };
  at::Tensor states = log_mel.to(weights.positions.device(), weights.positions.scalar_type());
  states = torch::gelu(torch::conv1d(states, weights.conv1_weight, weights.conv1_bias, 1, 1));
  states = torch::gelu(torch::conv1d(states, weights.conv2_weight, weights.conv2_bias, 2, 1)).transpose(1, 2);
  keep(states);
  states = (states + weights.positions).contiguous();
  keep(states);
  for (const EncoderLayerWeights& layer : weights.layers) {
    states.add_(self_attention(norm(states, layer.attention_norm), layer.attention, config.encoder_heads));
    const at::Tensor inner = torch::gelu(torch::linear(norm(states, layer.mlp_norm), layer.up.weight, layer.up.bias));
    states.add_(torch::linear(inner, layer.down.weight, layer.down.bias));
    keep(states);
  }
  return norm(states, weights.norm);
}

}  // namespace foreview
