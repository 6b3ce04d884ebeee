#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <functional>

#include "visual/lstm_gates.h"

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// What a ConvLSTM's convolutions and gates read.
struct LstmInputs {
  at::Tensor x;         // [batch, time, input, height, width], f32 or f64
  at::Tensor hidden;    // [batch, height, width, hidden]: the state before the first step
  at::Tensor cell;      // the same, in any layout
  at::Tensor filters;   // [4 * hidden, input + hidden, kernel_height, kernel_width], channels last
  at::Tensor offsets;   // [4 * hidden], may be undefined
  at::Tensor peephole;  // [3 (i, f, o), height, width, hidden], may be undefined
  at::Tensor valid;     // [batch, time] bool, may be undefined
};

// Maps and rows are views of one memory: channels last as convolutions take them, and with channels as the last axis.
at::Tensor as_maps(const at::Tensor& rows);
at::Tensor as_rows(const at::Tensor& maps);
/// Half the kernel's height and width: maps keep their size.
std::vector<int64_t> padding_of(const at::Tensor& filters);

/// Neighbouring steps of a sequence, which are in memory together.
struct Stretch {
  int64_t first = 0, steps = 0;
};

/// How many steps may be in memory together: all, or as many as `most_bytes` of inputs and gates allow. It depends on
/// shapes alone: the same sequence gives the same bits on every machine.
int64_t steps_together(const LstmInputs& inputs, int64_t most_bytes);
std::vector<Stretch> stretches_of(int64_t steps, int64_t together);

/// Makes a tensor whose content is undefined.
using MakeTensor = std::function<at::Tensor(at::IntArrayRef sizes, const at::TensorOptions& options)>;

/// Runs the steps of a stretch from the states before it. `outputs`: [batch, steps, height, width, hidden], written.
/// Keeps gates and all cell states for lstm_step_backward only if `keep`.
LstmBuffers run_stretch(const LstmInputs& inputs, const Stretch& stretch, const LstmCarry& before,
                        const at::Tensor& outputs, bool keep, const MakeTensor& make);

}  // namespace foreview
