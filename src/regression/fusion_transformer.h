#pragma once

#include <torch/torch.h>

#include <array>
#include <vector>

#include "regression/token_sequence.h"

// Internal to the folder: includes torch.
namespace foreview {

/// Token sequences of several videos as tensors; a kind that no video has is undefined.
struct TokenBatch {
  struct Kind {
    at::Tensor vectors;  // [batch, tokens of this kind, dimension]
    at::Tensor times;    // [batch, tokens of this kind, time_features]
    at::Tensor present;  // [batch, tokens of this kind], boolean
  };
  std::array<Kind, token_kinds> kinds;
  int64_t rows = 0;

  TokenBatch take(const at::Tensor& indices) const;
};
inline constexpr int64_t time_features = 4;  // log start, log duration (seconds), relative start and end
TokenBatch make_batch(const std::vector<TokenSequence>& sequences, const torch::Device& device);

/// Zeroes and rescales at random from a generator of its own, so that a seed means the same whatever else runs.
struct Dropout {
  double probability = 0;
  at::Generator generator;
  at::Tensor operator()(const at::Tensor& input) const;
};

struct FusionShape {
  std::array<int, token_kinds> dimensions{};  // 0: the kind does not occur
  int model_dimension = 64, layers = 2, heads = 4;
};

/// Transformer encoder over all tokens of a video and one summary token (Vaswani et al. 2017; pre-norm as in Xiong et
/// al. 2020); missing tokens are never attended to. Output [batch, 3]: median, and how far the 10 % quantile lies
/// below and the 90 % quantile above it; both are positive, so quantiles never cross.
class FusionTransformerImpl : public torch::nn::Module {
 public:
  explicit FusionTransformerImpl(const FusionShape& shape);
  at::Tensor forward(const TokenBatch& batch, const Dropout* dropout = nullptr);

 private:
  struct Block {
    torch::nn::LayerNorm attention_norm{nullptr}, feed_forward_norm{nullptr};
    torch::nn::Linear query_key_value{nullptr}, attention_out{nullptr}, widen{nullptr}, narrow{nullptr};
  };
  at::Tensor run_block(Block& block, const at::Tensor& tokens, const at::Tensor& attention_bias,
                       const Dropout* dropout);

  FusionShape shape_;
  std::vector<torch::nn::Linear> projections_;  // [kinds], empty for those that do not occur
  at::Tensor summary_, kind_embedding_;         // [1, 1, model], [kinds, model]
  torch::nn::Linear time_projection_{nullptr}, head_{nullptr};
  torch::nn::LayerNorm final_norm_{nullptr};
  std::vector<Block> blocks_;
};
TORCH_MODULE(FusionTransformer);

/// Fills the weights from `seed` alone (torch's own initialisation would use the global generator).
void initialise(FusionTransformer& model, uint64_t seed);

}  // namespace foreview
