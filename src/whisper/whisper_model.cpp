#include "whisper/whisper_model.h"

#include <torch/torch.h>

#include "foreview/error.h"
#include "tensors/tensor_pool.h"
#include "tensors/torch_errors.h"
#include "whisper/decoder.h"
#include "whisper/encoder.h"
#include "whisper/model_files.h"
#include "whisper/transformer_weights.h"

namespace foreview {
namespace {

at::ScalarType scalar_type(Precision precision) { return precision == Precision::f32 ? at::kFloat : at::kBFloat16; }

}  // namespace

// A window takes some 100 tensors, the last of them smaller than a full one: memory is kept over several.
constexpr int64_t calls_that_keep_memory = 2000;

WhisperModel::WhisperModel()
    : encoder_memory_(std::make_unique<TensorPool>(calls_that_keep_memory)),
      decoder_memory_(std::make_unique<TensorPool>(calls_that_keep_memory)) {}
WhisperModel::WhisperModel(WhisperModel&&) noexcept = default;
WhisperModel& WhisperModel::operator=(WhisperModel&&) noexcept = default;
WhisperModel::~WhisperModel() = default;

WhisperModel WhisperModel::load(const std::filesystem::path& path, const Device& device, Precision precision) {
  return with_torch_errors(path, "loading a Whisper model", [&] {
    ModelFiles files = read_model_files(path);
    WhisperModel model;
    model.config_ = files.config;
    model.tokenizer_ = std::make_unique<WhisperTokenizer>(std::move(files.tokenizer));
    model.weights_ = std::make_unique<TransformerWeights>(
        make_transformer_weights(files.tensors, files.config, scalar_type(precision), device.name, files.weights));
    model.device_ = device;
    return model;
  });
}

at::Tensor WhisperModel::encode(const at::Tensor& log_mel, LayerProbe* probe) const {
  return with_torch_errors({}, "running the speech encoder", [&] {
    const torch::NoGradGuard no_grad;
    return run_encoder(weights_->encoder, config_, log_mel, *encoder_memory_, probe);
  });
}

DecoderState WhisperModel::start(const at::Tensor& audio, int64_t rows_each) const {
  return with_torch_errors({}, "starting the speech decoder", [&] {
    const torch::NoGradGuard no_grad;
    return start_decoder(weights_->decoder, config_, audio, rows_each, *decoder_memory_);
  });
}

at::Tensor WhisperModel::decode(DecoderState& state, std::span<const int> tokens, bool last_only,
                                LayerProbe* probe) const {
  return with_torch_errors({}, "running the speech decoder", [&] {
    const torch::NoGradGuard no_grad;
    DecoderState* const states[] = {&state};
    return run_decoder(weights_->decoder, config_, states, tokens, last_only, probe);
  });
}

at::Tensor WhisperModel::decode_together(std::span<DecoderState* const> states, std::span<const int> tokens) const {
  return with_torch_errors({}, "running the speech decoder", [&] {
    const torch::NoGradGuard no_grad;
    return run_decoder(weights_->decoder, config_, states, tokens, true, nullptr);
  });
}

void WhisperModel::reorder(DecoderState& state, std::span<const int64_t> from) const {
  const torch::NoGradGuard no_grad;
  reorder_rows(state, from, *decoder_memory_);
}

}  // namespace foreview
