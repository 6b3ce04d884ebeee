#pragma once

#include "regression/fusion_ensemble.h"
#include "regression/fusion_transformer.h"

// Internal to the folder: includes torch.
namespace foreview {

/// Rows to learn from and rows to be asked after each epoch (none for a member of the final ensemble).
struct FusionData {
  TokenBatch training, held_out;
  at::Tensor training_labels;  // [rows, 3], low and high end, and what is added to both for the middle
  bool binary = false;
};

/// The learning rate falls over `horizon` epochs; training ends after `epochs` of them.
struct FusionSchedule {
  int horizon = 1, epochs = 1;
};

struct TrainedMember {
  FusionTransformer model{nullptr};
  std::vector<double> training_losses;       // [epochs]
  std::vector<at::Tensor> held_out_outputs;  // [1 + epochs] of [held-out rows, 3]: untrained, then after each epoch
};

/// Per row: for the middle Huber's loss (1964), squared up to one deviation of the labels and absolute beyond, for 0/1
/// labels the squared error; for the quantiles pinball losses (Koenker and Bassett 1978). Between the ends of a rounded
/// label there is no error. `output`: [rows, 3]; `labels`: as in FusionData.
at::Tensor fusion_loss(const at::Tensor& output, const at::Tensor& labels, bool binary);

/// Epochs that the learning rate falls over: few where there are many rows, so that a training has about as many steps
/// whatever the number of rows, up to `TrainOptions::epochs`.
int fusion_horizon(const TrainOptions& options, size_t rows);

/// Trains one member: AdamW, cosine schedule, gradient clipping, whole token kinds hidden at random. Depends on `seed`
/// alone.
TrainedMember train_member(const FusionData& data, const FusionShape& shape, const TrainOptions& options,
                           const FusionSchedule& schedule, uint64_t seed, const torch::Device& device,
                           Progress& progress);

}  // namespace foreview
