#include "whisper/encoder.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include "foreview/error.h"
#include "whisper/encoder_attention.h"
#include "whisper/layers.h"

namespace foreview {
namespace {

/// One pass over some windows; what it works on comes from the pool and goes back to it.
class EncoderPass {
 public:
  EncoderPass(const EncoderWeights& weights, const WhisperConfig& config, int64_t windows, TensorPool& pool)
      : weights_(weights), config_(config), windows_(windows), pool_(pool) {
    states_ = pool.take({windows, config.audio_context, config.width}, options().dtype(weights.state_type));
    normed_ = take(config.width);
    projected_ = take(config.width);
  }

  at::Tensor run(const at::Tensor& log_mel, LayerProbe* probe) {
    const auto keep = [&] {
      if (probe) probe->outputs.push_back(states_.clone());
    };
    stem(log_mel);
    keep();
    states_.add_(weights_.positions);
    keep();
    at::Tensor added;  // by the layer before
    for (const EncoderLayerWeights& layer : weights_.layers) {
      add_and_norm(states_, added, layer.attention_norm, normed_);
      apply(layer.attention.query_key_value, normed_, joined());
      apply(layer.attention.out, attend_all(joined_, config_.encoder_heads, pool_), projected_);
      add_and_norm(states_, projected_, layer.mlp_norm, normed_);
      apply(layer.up, normed_, inner());
      gelu_in_place(inner_);
      apply(layer.down, inner_, projected_);
      added = projected_;
      if (!probe) continue;
      states_.add_(added);
      added = at::Tensor();
      keep();
    }
    at::Tensor out = take(config_.width);
    add_and_norm(states_, added, weights_.norm, out);
    return out;
  }

 private:
  at::TensorOptions options() const { return weights_.positions.options().dtype(weights_.type); }
  at::Tensor take(int64_t width) { return pool_.take({windows_, config_.audio_context, width}, options()); }
  const at::Tensor& joined() {
    if (!joined_.defined()) joined_ = take(3 * config_.width);
    return joined_;
  }
  const at::Tensor& inner() {
    if (!inner_.defined()) inner_ = take(config_.encoder_inner);
    return inner_;
  }

  /// Two convolutions over three frames each, as products: with frames as rows, three of them lie side by side.
  void stem(const at::Tensor& log_mel) {
    const int64_t frames = config_.window_frames();
    at::Tensor mel = pool_.take({windows_, frames + 2, config_.mel_bins}, options());
    at::Tensor wide = pool_.take({windows_, frames + 2, config_.width}, options());
    for (const at::Tensor& padded : {mel, wide}) {
      padded.select(1, 0).zero_();
      padded.select(1, frames + 1).zero_();
    }
    mel.slice(1, 1, frames + 1).copy_(log_mel.transpose(1, 2));
    for (int64_t window = 0; window < windows_; ++window) {
      const at::Tensor inside = wide[window].slice(0, 1, frames + 1);
      convolve(mel[window], weights_.conv1, 1, inside);
      gelu_in_place(inside);
      convolve(wide[window], weights_.conv2, 2, projected_[window]);
    }
    gelu_in_place(projected_);
    states_.copy_(projected_);
  }

  /// padded: [2 + frames, channels]; out: [frames / stride, width].
  void convolve(const at::Tensor& padded, const LinearWeights& weights, int64_t stride, const at::Tensor& out) {
    const int64_t channels = padded.size(1);
    const at::Tensor rows = padded.as_strided({out.size(0), 3 * channels}, {stride * channels, 1}, padded.storage_offset());
    if (weights.is_packed()) return apply(weights, rows, out);
    at::Tensor copied = pool_.take(rows.sizes(), options());
    copied.copy_(rows);
    apply(weights, copied, out);
  }

  const EncoderWeights& weights_;
  const WhisperConfig& config_;
  int64_t windows_;
  TensorPool& pool_;
  at::Tensor states_;                                 // [windows, positions, width] of state_type: what layers add to
  at::Tensor normed_, projected_, joined_, inner_;  // [windows, positions, ...] of the computing type
};

}  // namespace

at::Tensor run_encoder(const EncoderWeights& weights, const WhisperConfig& config, const at::Tensor& log_mel,
                       TensorPool& pool, LayerProbe* probe) {
  if (log_mel.dim() != 3 || log_mel.size(1) != config.mel_bins || log_mel.size(2) != config.window_frames())
    throw Error({.problem = "the log-mel spectrogram does not fit the model",
                 .expected = fmt::format("[windows, {}, {}]", config.mel_bins, config.window_frames()),
                 .got = fmt::format("[{}]", fmt::join(log_mel.sizes(), ", "))});
  return EncoderPass(weights, config, log_mel.size(0), pool).run(log_mel, probe);
}

}  // namespace foreview
