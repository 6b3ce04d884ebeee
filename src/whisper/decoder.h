#pragma once

#include "whisper/transformer_weights.h"
#include "whisper/whisper_model.h"

// Internal to this folder.
namespace foreview {

DecoderState start_decoder(const DecoderWeights& weights, const WhisperConfig& config, const at::Tensor& audio,
                           int64_t rows_each);
at::Tensor run_decoder(const DecoderWeights& weights, const WhisperConfig& config, DecoderState& state,
                       std::span<const int> tokens, bool last_only, LayerProbe* probe);

}  // namespace foreview
