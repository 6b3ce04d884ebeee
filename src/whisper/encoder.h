#pragma once

#include "tensors/tensor_pool.h"
#include "whisper/transformer_weights.h"
#include "whisper/whisper_model.h"

// Internal to this folder.
namespace foreview {

/// log_mel: [windows, mel_bins, 2 * audio_context] f32. Returns [windows, audio_context, width] in the computing type, out
/// of `pool`.
at::Tensor run_encoder(const EncoderWeights& weights, const WhisperConfig& config, const at::Tensor& log_mel,
                       TensorPool& pool, LayerProbe* probe);

}  // namespace foreview
