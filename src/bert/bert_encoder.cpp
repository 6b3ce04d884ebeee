#include "bert/bert_encoder.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <cmath>

#include "tensors/model_weights.h"

namespace foreview {
namespace {

/// Where the parts of a layer are in the two families' files.
struct LayerNames {
  const char *layer, *query, *key, *value, *out, *attention_norm, *up, *down, *output_norm;
};
constexpr LayerNames bert_names = {"encoder.layer.{}.",    "attention.self.query",   "attention.self.key",
                                   "attention.self.value", "attention.output.dense", "attention.output.LayerNorm",
                                   "intermediate.dense",   "output.dense",           "output.LayerNorm"};
constexpr LayerNames distilled_names = {
    "transformer.layer.{}.", "attention.q_lin", "attention.k_lin", "attention.v_lin",  "attention.out_lin",
    "sa_layer_norm",         "ffn.lin1",        "ffn.lin2",        "output_layer_norm"};

}  // namespace

BertEncoder::BertEncoder(NamedTensors tensors, const BertConfig& config, const std::string& device,
                         const std::filesystem::path& file)
    : config_(config) {
  const torch::NoGradGuard no_grad;
  const std::string family = config.distilled ? "distilbert." : "bert.";
  const std::string prefix = tensors.contains(family + "embeddings.word_embeddings.weight") ? family : "";
  const auto take = [&](const std::string& name, const std::vector<int64_t>& shape) {
    return take_weight(tensors, prefix + name, shape, file).to(at::Device(device));
  };
  const int64_t width = config.width, inner = config.inner;
  const auto linear = [&](const std::string& name, int64_t out, int64_t in) {
    return Linear{take(name + ".weight", {out, in}), take(name + ".bias", {out})};
  };
  const auto norm_weights = [&](const std::string& name) {
    return Linear{take(name + ".weight", {width}), take(name + ".bias", {width})};
  };
  words_ = take("embeddings.word_embeddings.weight", {config.vocabulary, width});
  positions_ = take("embeddings.position_embeddings.weight", {config.positions, width});
  if (config.token_types > 0)
    positions_ = positions_ + take("embeddings.token_type_embeddings.weight", {config.token_types, width})[0];
  embedding_norm_ = norm_weights("embeddings.LayerNorm");
  const LayerNames& names = config.distilled ? distilled_names : bert_names;
  for (int i = 0; i < config.layers; ++i) {
    const std::string layer = fmt::format(fmt::runtime(names.layer), i);
    const Linear query = linear(layer + names.query, width, width), key = linear(layer + names.key, width, width),
                 value = linear(layer + names.value, width, width);
    layers_.push_back({.query_key_value = {torch::cat({query.weight, key.weight, value.weight}),
                                           torch::cat({query.bias, key.bias, value.bias})},
                       .out = linear(layer + names.out, width, width),
                       .up = linear(layer + names.up, inner, width),
                       .down = linear(layer + names.down, width, inner),
                       .attention_norm = norm_weights(layer + names.attention_norm),
                       .output_norm = norm_weights(layer + names.output_norm)});
  }
}

at::Tensor BertEncoder::norm(const at::Tensor& states, const Linear& weights) const {
  return torch::layer_norm(states, {states.size(-1)}, weights.weight, weights.bias, config_.norm_epsilon);
}

at::Tensor BertEncoder::activate(const at::Tensor& states) const {
  if (config_.activation == "relu") return torch::relu(states);
  return torch::gelu(states, config_.activation == "gelu_new" ? "tanh" : "none");
}

// hidden: [batch, 1, 1, tokens], true where nobody may look.
at::Tensor BertEncoder::attend(const Layer& layer, const at::Tensor& states, const at::Tensor& hidden) const {
  const int64_t batch = states.size(0), tokens = states.size(1), width = states.size(2), heads = config_.heads;
  // [3, batch, heads, tokens, head_width]
  const at::Tensor parts = torch::linear(states, layer.query_key_value.weight, layer.query_key_value.bias)
                               .view({batch, tokens, 3, heads, width / heads})
                               .permute({2, 0, 3, 1, 4})
                               .contiguous();
  const double scale = std::pow(static_cast<double>(width) / static_cast<double>(heads), -0.5);
  const at::Tensor scores = (torch::matmul(parts[0], parts[1].transpose(2, 3)) * scale).masked_fill(hidden, -INFINITY);
  const at::Tensor joined =
      torch::matmul(torch::softmax(scores, -1), parts[2]).transpose(1, 2).reshape({batch, tokens, width});
  return torch::linear(joined, layer.out.weight, layer.out.bias);
}

at::Tensor BertEncoder::run(const at::Tensor& ids, const at::Tensor& present) const {
  const torch::NoGradGuard no_grad;
  const at::Tensor hidden = present.logical_not().view({ids.size(0), 1, 1, ids.size(1)});
  at::Tensor states = norm(torch::embedding(words_, ids) + positions_.slice(0, 0, ids.size(1)), embedding_norm_);
  for (const Layer& layer : layers_) {
    states = norm(states + attend(layer, states, hidden), layer.attention_norm);
    const at::Tensor inner = activate(torch::linear(states, layer.up.weight, layer.up.bias));
    states = norm(states + torch::linear(inner, layer.down.weight, layer.down.bias), layer.output_norm);
  }
  return states;
}

}  // namespace foreview
