#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <memory>

#include "tensors/precision.h"
#include "tensors/tensor_pool.h"

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// Size and form of a ConvLSTM cell.
struct ConvLstmOptions {
  int64_t input_channels = 1;
  int64_t hidden_channels = 1;
  int64_t kernel_height = 3, kernel_width = 3;  // pixels, odd
  bool bias = true;
  /// Shi et al. 2015, eq. 3: gates also see the cell state, one weight a channel and position. Fixes the map's size.
  bool peepholes = false;
  int64_t map_height = 0, map_width = 0;  // pixels; for peepholes only
  /// Of what one pass keeps for its backward pass beside states and outputs; beyond it steps are run again.
  int64_t most_bytes = int64_t{512} << 20;
};

/// Hidden and cell state, [batch, hidden, height, width] each.
struct ConvLstmState {
  at::Tensor hidden, cell;
};

/// Every step's hidden state and the state after the last step.
struct ConvLstmResult {
  at::Tensor outputs;  // [batch, time, hidden, height, width]
  ConvLstmState final_state;
};

/// ConvLSTM cell (Shi et al. 2015). Gates lie in the order i, f, o, g along the channels of `weight`, and its input
/// channels are those of x first, then those of the hidden state:
///   i = sigmoid(.), f = sigmoid(.), o = sigmoid(.), g = tanh(.),  c' = f c + i g,  h' = o tanh(c')
class ConvLstmCellImpl : public torch::nn::Module {
 public:
  explicit ConvLstmCellImpl(const ConvLstmOptions& options);

  /// x: [batch, input, height, width].
  ConvLstmState step(const at::Tensor& x, const ConvLstmState& state) const;
  /// x: [batch, time, input, height, width]; an undefined state means zeros. Where `valid` ([batch, time], bool, may be
  /// undefined) is false the state stays as it was.
  ConvLstmResult forward(const at::Tensor& x, ConvLstmState state = {}, const at::Tensor& valid = {}) const;

  const ConvLstmOptions& options() const { return options_; }
  /// Of the convolutions; weights and states stay as they are. f32 at first.
  void set_precision(Precision precision) { precision_ = precision; }

  at::Tensor weight;    // [4 * hidden, input + hidden, kernel_height, kernel_width]
  at::Tensor bias;      // [4 * hidden], undefined without bias
  at::Tensor peephole;  // [3 (i, f, o), hidden, map_height, map_width], undefined without peepholes

 private:
  ConvLstmState zeros_like_input(const at::Tensor& frame) const;

  ConvLstmOptions options_;
  Precision precision_ = Precision::f32;
  std::shared_ptr<TensorPool> memory_ = std::make_shared<TensorPool>();
};
TORCH_MODULE(ConvLstmCell);

}  // namespace foreview
