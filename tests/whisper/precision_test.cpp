#include <torch/torch.h>

#include <gtest/gtest.h>

#include "tensors/tensor_pool.h"
#include "whisper/decoder.h"
#include "whisper/encoder.h"
#include "whisper/random_weights.h"

namespace foreview {
namespace {

WhisperConfig small_config() {
  WhisperConfig config{.mel_bins = 20, .audio_context = 100, .text_context = 40, .width = 96};
  config.encoder_layers = config.decoder_layers = 2;
  config.encoder_heads = config.decoder_heads = 3;
  config.encoder_inner = config.decoder_inner = 384;
  config.vocabulary = 500;
  return config;
}

/// What a model gives in one precision.
struct Pass {
  explicit Pass(at::ScalarType type, int64_t windows = 1) {
    const torch::NoGradGuard no_grad;
    const WhisperConfig config = small_config();
    NamedTensors tensors = testing::random_weights(config);
    const TransformerWeights weights = make_transformer_weights(tensors, config, type, "cpu", "random weights");
    TensorPool memory(100);
    const at::Tensor mel = torch::sin(torch::arange(windows * 20 * 200).to(torch::kFloat)).view({windows, 20, 200});
    audio = run_encoder(weights.encoder, config, mel, memory, nullptr).to(torch::kFloat).clone();
    DecoderState state = start_decoder(weights.decoder, config, audio, 1, memory);
    std::vector<int> tokens;
    for (int64_t i = 0; i < 3 * windows; ++i) tokens.push_back(7 + static_cast<int>(i % 3));
    first = run_decoder(weights.decoder, config, testing::one(state), tokens, true, nullptr);
    const std::vector<int> next(static_cast<size_t>(windows), 11);
    second = run_decoder(weights.decoder, config, testing::one(state), next, true, nullptr);
  }
  at::Tensor audio, first, second;  // logits after three tokens together, and after one more
};

double relative_difference(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).norm() / b.norm()).item<double>();
}

TEST(WhisperRows, OfSoundsSideBySideGetTheLogitsTheyGetAlone) {
  const torch::NoGradGuard no_grad;
  const WhisperConfig config = small_config();
  for (const at::ScalarType type : {torch::kFloat, torch::kBFloat16}) {
    NamedTensors tensors = testing::random_weights(config);
    const TransformerWeights weights = make_transformer_weights(tensors, config, type, "cpu", "random weights");
    TensorPool memory(100);
    const at::Tensor audio = torch::randn({2, 1, 100, 96});
    const auto started = [&](int64_t which, const std::vector<int>& tokens) {
      DecoderState state = start_decoder(weights.decoder, config, audio[which], 1, memory);
      run_decoder(weights.decoder, config, testing::one(state), tokens, true, nullptr);
      return state;
    };
    // Of different length, and one of them with two rows.
    DecoderState first = started(0, {1, 2, 3}), second = started(1, {4});
    reorder_rows(second, std::vector<int64_t>{0, 0}, memory);
    DecoderState* const both[] = {&first, &second};
    const at::Tensor together = run_decoder(weights.decoder, config, both, std::vector<int>{5, 6, 7}, true, nullptr);
    EXPECT_EQ(first.length, 4);
    EXPECT_EQ(second.length, 2);

    DecoderState same = started(0, {1, 2, 3}), other = started(1, {4});
    reorder_rows(other, std::vector<int64_t>{0, 0}, memory);
    const at::Tensor alone = torch::cat(
        {run_decoder(weights.decoder, config, testing::one(same), std::vector<int>{5}, true, nullptr),
         run_decoder(weights.decoder, config, testing::one(other), std::vector<int>{6, 7}, true, nullptr)});
    EXPECT_TRUE(torch::equal(together, alone));
  }
}

TEST(WhisperRows, DoNotSeeEachOtherAndGoOnFromWhatTheyAreTold) {
  const torch::NoGradGuard no_grad;
  const WhisperConfig config = small_config();
  NamedTensors tensors = testing::random_weights(config);
  const TransformerWeights weights = make_transformer_weights(tensors, config, torch::kFloat, "cpu", "random weights");
  TensorPool memory(100);
  const at::Tensor audio = torch::randn({1, 100, 96});
  const auto decode = [&](DecoderState& state, const std::vector<int>& tokens) {
    return run_decoder(weights.decoder, config, testing::one(state), tokens, true, nullptr).select(1, 0);
  };
  DecoderState rows = start_decoder(weights.decoder, config, audio, 1, memory);
  decode(rows, {1, 2});
  reorder_rows(rows, std::vector<int64_t>{0, 0, 0}, memory);
  decode(rows, {10, 20, 30});
  reorder_rows(rows, std::vector<int64_t>{2, 0}, memory);
  const at::Tensor together = decode(rows, {5, 6});
  for (const auto& [row, tokens] : {std::pair(0, std::vector<int>{1, 2, 30, 5}), {1, {1, 2, 10, 6}}}) {
    DecoderState alone = start_decoder(weights.decoder, config, audio, 1, memory);
    EXPECT_LT(relative_difference(together[row], decode(alone, tokens)[0]), 1e-4) << row;
  }
}

TEST(WhisperPrecision, Bf16StaysNearF32) {
  const Pass exact(torch::kFloat), fast(torch::kBFloat16);
  // 8 bits a number; errors add up over two layers and the products' terms.
  EXPECT_LT(relative_difference(fast.audio, exact.audio), 0.02);
  EXPECT_LT(relative_difference(fast.first, exact.first), 0.02);
  EXPECT_LT(relative_difference(fast.second, exact.second), 0.02);
  EXPECT_GT(relative_difference(fast.audio, exact.audio), 1e-4) << "bf16 was not used";
}

TEST(WhisperPrecision, WindowsOfABatchDoNotSeeEachOther) {
  for (const at::ScalarType type : {torch::kFloat, torch::kBFloat16}) {
    const Pass alone(type), together(type, 3);
    EXPECT_LT(relative_difference(together.audio.slice(0, 0, 1), alone.audio), 1e-2 * (type != torch::kFloat) + 1e-5);
    EXPECT_LT(relative_difference(together.second.slice(0, 0, 1), alone.second), 1e-2 * (type != torch::kFloat) + 1e-5);
  }
}

}  // namespace
}  // namespace foreview
