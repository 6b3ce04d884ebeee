#pragma once

#include <torch/torch.h>

#include "tensors/precision.h"
#include "tensors/tensor_pool.h"

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// A ConvLSTM's input, weights and state before the first step.
struct ConvLstmSequence {
  at::Tensor x;             // [batch, time, input, height, width], f32 or f64
  at::Tensor hidden, cell;  // [batch, hidden, height, width]
  at::Tensor weight;        // [4 * hidden, input + hidden, kernel_height, kernel_width]
  at::Tensor bias;          // [4 * hidden], may be undefined
  at::Tensor peephole;      // [3, hidden, height, width], may be undefined
  at::Tensor valid;         // [batch, time] bool, may be undefined
};

/// Every step's hidden state [batch, time, hidden, height, width] and both states after the last step.
struct ConvLstmStates {
  at::Tensor outputs, hidden, cell;
};

/// The whole sequence as one node of the graph, with its own backward pass through time. Convolutions run in channels
/// last and in `precision` (f64 stays f64); weights, states, gate arithmetic and what is added up over time stay f32.
/// Backwards only the data gradient goes step by step: that of the weights is one convolution over all steps.
/// `memory` holds what a backward pass needs. Where convolution inputs and gates of all steps take more than
/// `most_bytes`, they are not kept: the backward pass runs one stretch of steps after the other forward again (gradient
/// checkpointing, Chen et al. 2016), some 4/3 of the time. Outputs are the same bits, gradients but for rounding.
ConvLstmStates convlstm_sequence(const ConvLstmSequence& sequence, Precision precision, int64_t most_bytes,
                                 TensorPool& memory);

}  // namespace foreview
