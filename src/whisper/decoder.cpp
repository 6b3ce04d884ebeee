#include "whisper/decoder.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include "foreview/error.h"
#include "whisper/attention.h"

namespace foreview {
namespace {

at::Tensor norm(const at::Tensor& states, const NormWeights& weights) {
  return torch::layer_norm(states, {states.size(-1)}, weights.weight, weights.bias, 1e-5);
}

at::Tensor linear(const at::Tensor& states, const LinearWeights& weights) {
  return torch::linear(states, weights.weight, weights.bias);
}

/// [rows, count, parts * width] into `parts` of [rows, heads, count, head_width].
std::vector<at::Tensor> split_heads(const at::Tensor& states, int64_t parts, int64_t heads) {
  const at::Tensor split = states.view({states.size(0), states.size(1), parts, heads, -1}).permute({2, 0, 3, 1, 4});
  std::vector<at::Tensor> all;
  for (int64_t part = 0; part < parts; ++part) all.push_back(split[part]);
  return all;
}

void check_tokens(const WhisperConfig& config, const DecoderState& state, std::span<const int> tokens) {
  const int64_t rows = state.rows(), count = static_cast<int64_t>(tokens.size()) / rows;
  if (tokens.empty() || static_cast<int64_t>(tokens.size()) % rows != 0)
    throw Error({.problem = "the decoder got tokens that do not fit its rows",
                 .expected = fmt::format("a multiple of {}", rows),
                 .got = std::to_string(tokens.size())});
  if (state.length + count > config.text_context)
    throw Error({.problem = "the decoder got more tokens than its context holds",
                 .expected = fmt::format("at most {}", config.text_context),
                 .got = std::to_string(state.length + count)});
  for (const int token : tokens)
    if (token < 0 || token >= config.vocabulary)
      throw Error({.problem = "the decoder got a token outside its vocabulary",
                   .expected = fmt::format("0 to {}", config.vocabulary - 1),
                   .got = std::to_string(token)});
}

// One pass of the layers over [rows, count] new tokens.
class DecoderPass {
 public:
  DecoderPass(const WhisperConfig& config, DecoderState& state, int64_t count)
      : heads_(config.decoder_heads), state_(state), count_(count) {}

  at::Tensor self_attention(size_t layer, const at::Tensor& states, const SelfAttentionWeights& weights) {
    const std::vector<at::Tensor> parts = split_heads(linear(states, weights.query_key_value), 3, heads_);
    const int64_t before = state_.length, after = before + count_;
    state_.keys[layer].slice(2, before, after).copy_(parts[1]);
    state_.values[layer].slice(2, before, after).copy_(parts[2]);
    return linear(attend_causally(parts[0], state_.keys[layer].slice(2, 0, after),
                                  state_.values[layer].slice(2, 0, after), before),
                  weights.out);
  }

  at::Tensor cross_attention(size_t layer, const at::Tensor& states, const CrossAttentionWeights& weights) {
    // The rows of one audio share its keys and values: they are queries of the same product.
    const int64_t audios = state_.cross_keys[layer].size(0), width = states.size(2);
    const at::Tensor query = linear(states, weights.query).view({audios, -1, width});
    const at::Tensor attended =
        attend(split_heads(query, 1, heads_)[0], state_.cross_keys[layer], state_.cross_values[layer]);
    return linear(attended.view({states.size(0), count_, width}), weights.out);
  }

 private:
  int64_t heads_;
  DecoderState& state_;
  int64_t count_;
};

}  // namespace

DecoderState start_decoder(const DecoderWeights& weights, const WhisperConfig& config, const at::Tensor& audio,
                           int64_t rows_each) {
  const int64_t audios = audio.size(0), heads = config.decoder_heads;
  const std::vector<int64_t> shape = {audios * rows_each, heads, config.text_context, config.width / heads};
  DecoderState state;
  for (const DecoderLayerWeights& layer : weights.layers) {
    const std::vector<at::Tensor> parts =
        split_heads(linear(audio.to(weights.embedding.scalar_type()), layer.cross.key_value), 2, heads);
    state.cross_keys.push_back(parts[0].contiguous());
    state.cross_values.push_back(parts[1].contiguous());
    state.keys.push_back(torch::zeros(shape, weights.embedding.options()));
    state.values.push_back(torch::zeros(shape, weights.embedding.options()));
  }
  return state;
}

at::Tensor run_decoder(const DecoderWeights& weights, const WhisperConfig& config, DecoderState& state,
                       std::span<const int> tokens, bool last_only, LayerProbe* probe) {
  check_tokens(config, state, tokens);
  const int64_t rows = state.rows(), count = static_cast<int64_t>(tokens.size()) / rows;
  const auto keep = [&](const at::Tensor& states) {
    if (probe) probe->outputs.push_back(states.clone());
  };
  const at::Tensor ids = torch::tensor(std::vector<int>(tokens.begin(), tokens.end()), torch::kInt32)
                             .to(weights.embedding.device(), torch::kInt64)
                             .view({rows, count});
  at::Tensor states =
      torch::embedding(weights.embedding, ids) + weights.positions.slice(0, state.length, state.length + count);
  DecoderPass pass(config, state, count);
  for (size_t i = 0; i < weights.layers.size(); ++i) {
    const DecoderLayerWeights& layer = weights.layers[i];
    states = states + pass.self_attention(i, norm(states, layer.attention_norm), layer.attention);
    states = states + pass.cross_attention(i, norm(states, layer.cross_norm), layer.cross);
    states = states + linear(torch::gelu(linear(norm(states, layer.mlp_norm), layer.up)), layer.down);
    keep(states);
  }
  state.length += count;
  states = norm(states, weights.norm);
  keep(states);
  if (last_only) states = states.slice(1, count - 1, count);
  return torch::matmul(states, weights.embedding.t()).to(at::Device("cpu"), torch::kFloat32);
}

}  // namespace foreview
