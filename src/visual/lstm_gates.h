#pragma once

#include <torch/torch.h>

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// What a pass over a sequence of a ConvLSTM keeps, channels last and time first, so that each step lies in one piece.
/// States are f32 (or f64); what convolutions read and write is f32, f64 or bf16.
struct LstmBuffers {
  at::Tensor inputs;    // [time, batch, height, width, input + hidden]: x and, beside it, the state before the step
  at::Tensor gates;     // [time, batch, height, width, 4 * hidden]: i, f, o, g; undefined without a backward pass
  at::Tensor cells;     // [time + 1, batch, height, width, hidden]; [1, ...] without a backward pass
  at::Tensor outputs;   // [batch, time, height, width, hidden]
  at::Tensor start;     // [batch, height, width, hidden]: the hidden state before the first step
  at::Tensor peephole;  // [3 (i, f, o), height, width, hidden], undefined without peepholes
  at::Tensor valid;     // [batch, time] bool, undefined when all are

  int64_t steps() const { return inputs.size(0); }
  int64_t hidden() const { return outputs.size(4); }
  int64_t input() const { return inputs.size(4) - hidden(); }
  at::Tensor cell(int64_t step) const { return cells[cells.size(0) > 1 ? step : 0]; }
};

/// The pointwise part of step t:
///   i = sigmoid(z_i + p_i c), f = sigmoid(z_f + p_f c), g = tanh(z_g), c' = f c + i g,
///   o = sigmoid(z_o + p_o c'), h' = o tanh(c')
/// z: [batch, height, width, 4 * hidden]. Writes gates, cell and output of the step and the next step's input.
void lstm_step(const LstmBuffers& buffers, int64_t t, const at::Tensor& z);

/// Gradients that go from step to step, [batch, height, width, hidden] each; of h' and c' before lstm_step_backward.
struct LstmCarry {
  at::Tensor hidden, cell;
};

/// Backward of lstm_step: overwrites the step's gates with the gradient of z; carry.cell becomes that of c, and
/// carry.hidden that of h where the step is not valid (elsewhere it stays what it was). output_gradient: [batch, time,
/// height, width, hidden].
void lstm_step_backward(const LstmBuffers& buffers, int64_t t, const at::Tensor& output_gradient,
                        const LstmCarry& carry);

}  // namespace foreview
