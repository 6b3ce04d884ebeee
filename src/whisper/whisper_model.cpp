#include "whisper/whisper_model.h"

#include <torch/torch.h>

#include "foreview/error.h"
#include "tensors/torch_errors.h"
#include "whisper/decoder.h"
#include "whisper/encoder.h"
#include "whisper/model_files.h"
#include "whisper/transformer_weights.h"

namespace foreview {
namespace {

at::ScalarType scalar_type(Precision precision) { return precision == Precision::f32 ? at::kFloat : at::kBFloat16; }

}  // namespace

WhisperModel::WhisperModel() = default;
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
    return run_encoder(weights_->encoder, config_, log_mel, probe);
  });
}

DecoderState WhisperModel::start(const at::Tensor& audio, int64_t rows_each) const {
  return with_torch_errors({}, "starting the speech decoder", [&] {
    const torch::NoGradGuard no_grad;
    return start_decoder(weights_->decoder, config_, audio, rows_each);
  });
}

at::Tensor WhisperModel::decode(DecoderState& state, std::span<const int> tokens, bool last_only,
                                LayerProbe* probe) const {
  return with_torch_errors({}, "running the speech decoder", [&] {
    const torch::NoGradGuard no_grad;
    return run_decoder(weights_->decoder, config_, state, tokens, last_only, probe);
  });
}

void WhisperModel::reorder(DecoderState& state, std::span<const int64_t> from) const {
  const torch::NoGradGuard no_grad;
  const at::Tensor rows = torch::tensor(std::vector<int64_t>(from.begin(), from.end())).to(state.keys[0].device());
  for (auto* parts : {&state.keys, &state.values})
    for (at::Tensor& part : *parts) {
      // Only what is filled is copied.
      at::Tensor moved = torch::empty({rows.size(0), part.size(1), part.size(2), part.size(3)}, part.options());
      moved.slice(2, 0, state.length).copy_(part.slice(2, 0, state.length).index_select(0, rows));
      part = moved;
    }
}

}  // namespace foreview
