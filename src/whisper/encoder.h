#pragma once

#include "whisper/transformer_weights.h"
#include "whisper/whisper_model.h"

// Internal to this folder.
namespace foreview {

/// log_mel: [windows, mel_bins, 2 * audio_context] f32. Returns [windows, audio_context, width].
at::Tensor run_encoder(const EncoderWeights& weights, const WhisperConfig& config, const at::Tensor& log_mel,
                       LayerProbe* probe);

}  // namespace foreview
