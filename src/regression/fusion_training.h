#pragma once

#include "regression/fusion_ensemble.h"
#include "regression/fusion_transformer.h"

// Internal to the folder: includes torch.
namespace foreview {

/// Rows to learn from and rows that say when to stop (none: a fixed, small number of epochs).
struct FusionData {
  TokenBatch training, stopping;
  at::Tensor training_labels, stopping_labels;  // [rows, 2], low and high end
  bool binary = false;
};

struct TrainedMember {
  FusionTransformer model{nullptr};
  nlohmann::json history = nlohmann::json::array();
};

/// Pinball losses of the three outputs, each per row (Koenker and Bassett 1978); for 0/1 labels the middle one is the
/// squared error. `labels` [rows, 2] are the ends that rounding leaves: an output between them has no error, one
/// outside is held against the nearer end.
at::Tensor fusion_loss(const at::Tensor& output, const at::Tensor& labels, bool binary);

/// Trains one member: AdamW, cosine schedule, gradient clipping, whole token kinds hidden at random; keeps the weights
/// of the best epoch. Depends on `seed` alone.
TrainedMember train_member(const FusionData& data, const FusionShape& shape, const TrainOptions& options, uint64_t seed,
                           const torch::Device& device, Progress& progress);

}  // namespace foreview
