#include "regression/fusion_transformer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace foreview {
namespace {

// Seconds as media files claim them may be anything.
double usable_seconds(double seconds) { return std::isfinite(seconds) ? std::clamp(seconds, 0.0, 1e6) : 0; }

void write_times(const Token& token, double video_end, float* times) {
  const double start = usable_seconds(token.start), end = std::max(start, usable_seconds(token.end));
  times[0] = static_cast<float>(std::log1p(start) / 3);
  times[1] = static_cast<float>(std::log1p(end - start) / 3);
  times[2] = static_cast<float>(video_end > 0 ? start / video_end : 0);
  times[3] = static_cast<float>(video_end > 0 ? end / video_end : 0);
}

}  // namespace

TokenBatch TokenBatch::take(const at::Tensor& indices) const {
  TokenBatch taken;
  taken.rows = indices.size(0);
  for (size_t k = 0; k < kinds.size(); ++k) {
    if (!kinds[k].vectors.defined()) continue;
    taken.kinds[k] = {kinds[k].vectors.index_select(0, indices), kinds[k].times.index_select(0, indices),
                      kinds[k].present.index_select(0, indices)};
  }
  return taken;
}

TokenBatch make_batch(const std::vector<TokenSequence>& sequences, const torch::Device& device) {
  TokenBatch batch;
  batch.rows = static_cast<int64_t>(sequences.size());
  std::vector<double> ends(sequences.size(), 0);
  std::array<int64_t, token_kinds> most{}, dimensions{};
  for (size_t row = 0; row < sequences.size(); ++row) {
    std::array<int64_t, token_kinds> counts{};
    for (const Token& token : sequences[row]) {
      const auto kind = static_cast<size_t>(token.kind);
      most[kind] = std::max(most[kind], ++counts[kind]);
      dimensions[kind] = static_cast<int64_t>(token.vector.size());
      ends[row] = std::max(ends[row], usable_seconds(token.end));
    }
  }
  for (size_t kind = 0; kind < most.size(); ++kind) {
    if (most[kind] == 0) continue;
    const at::Tensor vectors = torch::zeros({batch.rows, most[kind], dimensions[kind]});
    const at::Tensor times = torch::zeros({batch.rows, most[kind], time_features});
    const at::Tensor present = torch::zeros({batch.rows, most[kind]}, torch::kBool);
    for (size_t row = 0; row < sequences.size(); ++row) {
      int64_t place = static_cast<int64_t>(row) * most[kind];
      for (const Token& token : sequences[row]) {
        if (static_cast<size_t>(token.kind) != kind) continue;
        std::ranges::copy(token.vector, vectors.data_ptr<float>() + place * dimensions[kind]);
        write_times(token, ends[row], times.data_ptr<float>() + place * time_features);
        present.data_ptr<bool>()[place++] = true;
      }
    }
    batch.kinds[kind] = {vectors.to(device), times.to(device), present.to(device)};
  }
  return batch;
}

at::Tensor Dropout::operator()(const at::Tensor& input) const {
  if (probability <= 0) return input;
  const at::Tensor keep = torch::empty(input.sizes()).bernoulli_(1 - probability, generator);
  return input * keep.to(input.device()).div_(1 - probability);
}

FusionTransformerImpl::FusionTransformerImpl(const FusionShape& shape)
    : shape_(shape), projections_(token_kinds, torch::nn::Linear(nullptr)) {
  const int d = shape.model_dimension;
  for (int kind = 0; kind < token_kinds; ++kind)
    if (shape.dimensions[kind] > 0)
      projections_[kind] = register_module(fmt::format("project_{}", name_of(static_cast<TokenKind>(kind))),
                                           torch::nn::Linear(shape.dimensions[kind], d));
  summary_ = register_parameter("summary", torch::zeros({1, 1, d}));
  kind_embedding_ = register_parameter("kind_embedding", torch::zeros({token_kinds, d}));
  time_projection_ = register_module("time_projection", torch::nn::Linear(time_features, d));
  const auto norm = [&] { return torch::nn::LayerNorm(torch::nn::LayerNormOptions({d})); };
  for (int layer = 0; layer < shape.layers; ++layer) {
    const std::string name = fmt::format("block_{}_", layer);
    Block block;
    block.attention_norm = register_module(name + "attention_norm", norm());
    block.query_key_value = register_module(name + "query_key_value", torch::nn::Linear(d, 3 * d));
    block.attention_out = register_module(name + "attention_out", torch::nn::Linear(d, d));
    block.feed_forward_norm = register_module(name + "feed_forward_norm", norm());
    block.widen = register_module(name + "widen", torch::nn::Linear(d, 2 * d));
    block.narrow = register_module(name + "narrow", torch::nn::Linear(2 * d, d));
    blocks_.push_back(block);
  }
  final_norm_ = register_module("final_norm", norm());
  head_ = register_module("head", torch::nn::Linear(d, 3));
}

at::Tensor FusionTransformerImpl::run_block(Block& block, const at::Tensor& tokens, const at::Tensor& attention_bias,
                                            const Dropout* dropout) {
  const int64_t rows = tokens.size(0), length = tokens.size(1), d = tokens.size(2), heads = shape_.heads;
  auto qkv = block.query_key_value->forward(block.attention_norm->forward(tokens));
  qkv = qkv.view({rows, length, 3, heads, d / heads}).permute({2, 0, 3, 1, 4});  // [3, batch, heads, tokens, d/heads]
  const auto scores = torch::matmul(qkv[0], qkv[1].transpose(-2, -1)) / std::sqrt(static_cast<double>(d / heads));
  auto weights = torch::softmax(scores + attention_bias, -1);
  if (dropout) weights = (*dropout)(weights);
  const auto mixed = torch::matmul(weights, qkv[2]).transpose(1, 2).reshape({rows, length, d});
  auto attended = block.attention_out->forward(mixed);
  if (dropout) attended = (*dropout)(attended);
  const auto between = tokens + attended;
  auto fed = block.widen->forward(block.feed_forward_norm->forward(between));
  fed = block.narrow->forward(torch::gelu(fed));
  if (dropout) fed = (*dropout)(fed);
  return between + fed;
}

at::Tensor FusionTransformerImpl::forward(const TokenBatch& batch, const Dropout* dropout) {
  std::vector<at::Tensor> tokens{summary_.expand({batch.rows, 1, shape_.model_dimension})};
  std::vector<at::Tensor> present{torch::ones({batch.rows, 1}, torch::dtype(torch::kBool).device(summary_.device()))};
  for (size_t kind = 0; kind < batch.kinds.size(); ++kind) {
    const auto& part = batch.kinds[kind];
    if (!part.vectors.defined() || projections_[kind].is_empty()) continue;
    tokens.push_back(projections_[kind]->forward(part.vectors) + time_projection_->forward(part.times) +
                     kind_embedding_[static_cast<int64_t>(kind)]);
    present.push_back(part.present);
  }
  // [batch, 1, 1, tokens]: what is absent gets a weight of zero in every softmax.
  const auto bias = torch::cat(present, 1).logical_not().to(torch::kFloat32).mul(-1e9).unsqueeze(1).unsqueeze(1);
  auto state = torch::cat(tokens, 1);  // [batch, tokens, model]
  if (dropout) state = (*dropout)(state);
  for (Block& block : blocks_) state = run_block(block, state, bias, dropout);
  const auto output = head_->forward(final_norm_->forward(state.select(1, 0)));
  // softplus(0.85) = 1.2: the spread before training is that of standardised labels.
  const auto spread = torch::nn::functional::softplus(output.narrow(1, 1, 2) + 0.85) + 1e-3;
  return torch::cat({output.narrow(1, 0, 1), spread}, 1);
}

void initialise(FusionTransformer& model, uint64_t seed) {
  const torch::NoGradGuard no_grad;
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  for (auto& item : model->named_parameters()) {
    at::Tensor& parameter = item.value();
    const std::string& name = item.key();
    if (name.find("norm") != std::string::npos) continue;
    if (name.rfind("head", 0) == 0 || name.find("bias") != std::string::npos) {
      parameter.zero_();  // the untrained model says "the mean"
      continue;
    }
    const double fan_in = parameter.dim() == 2 && name != "kind_embedding" ? static_cast<double>(parameter.size(1)) : 0;
    parameter.copy_(torch::empty(parameter.sizes()).normal_(0, fan_in > 0 ? std::sqrt(1 / fan_in) : 0.1, generator));
  }
}

}  // namespace foreview
