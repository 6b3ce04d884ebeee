#pragma once

#include "tensors/tensor_pool.h"
#include "whisper/transformer_weights.h"
#include "whisper/whisper_model.h"

// Internal to this folder.
namespace foreview {

/// Caches come from `pool` and go back to it with the state.
DecoderState start_decoder(const DecoderWeights& weights, const WhisperConfig& config, const at::Tensor& audio,
                           int64_t rows_each, TensorPool& pool);
/// The states' rows one below the other, as many new tokens for each. On the CPU a row's logits are the same, bit for
/// bit, whatever other rows there are.
at::Tensor run_decoder(const DecoderWeights& weights, const WhisperConfig& config,
                       std::span<DecoderState* const> states, std::span<const int> tokens, bool last_only,
                       LayerProbe* probe);
void reorder_rows(DecoderState& state, std::span<const int64_t> from, TensorPool& pool);

}  // namespace foreview
