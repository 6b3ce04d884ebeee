#pragma once

#include <cstdint>

#include "core/vector_math.h"

// Torch-free: compiled for several instruction sets, the best one is taken at run time.
namespace foreview {

/// One step of a ConvLSTM's gates over `rows` = batch * pixels positions, channels last. `Real` holds states, `Store` the
/// gates. Null where an array is not wanted.
template <class Real, class Store>
struct GatesForward {
  int64_t rows, pixels, hidden;
  const Store* z;           // [rows, 4 * hidden]: i, f, o, g before their non-linearities
  const Real* peephole;     // [3 (i, f, o), pixels, hidden]
  const bool* valid;        // [batch], `valid_stride` apart: where false the state stays
  int64_t valid_stride;
  const Real* cell_before;  // [rows, hidden]
  Real* cell_after;         // [rows, hidden], may be cell_before
  const Real* hidden_before;  // [batch, pixels, hidden], batches `hidden_before_stride` apart; read where not valid
  int64_t hidden_before_stride;
  Real* hidden_after;  // [batch, pixels, hidden], batches `hidden_after_stride` apart
  int64_t hidden_after_stride;
  Store* next_input;  // [rows, hidden], rows `next_input_stride` apart: the state as the next convolution reads it
  int64_t next_input_stride;
  Store* gates;  // [rows, 4 * hidden]: i, f, o, g after their non-linearities, for the backward pass
};

/// The same step backward: `gates` is overwritten with the gradient of z.
template <class Real, class Store>
struct GatesBackward {
  int64_t rows, pixels, hidden;
  Store* gates;
  const Real* peephole;
  const bool* valid;
  int64_t valid_stride;
  const Real* cell_before;
  const Real* cell_after;
  const Real* output_gradient;  // [batch, pixels, hidden], batches `output_gradient_stride` apart
  int64_t output_gradient_stride;
  Real* hidden_carry;  // [rows, hidden]: gradient of h' from later steps; where not valid it becomes that of h
  Real* cell_carry;    // [rows, hidden]: gradient of c', becomes that of c
};

/// Instances: float with float, float with Bf16, double with double. Deterministic for any number of threads.
template <class Real, class Store>
void gates_forward(const GatesForward<Real, Store>& step, int threads);
template <class Real, class Store>
void gates_backward(const GatesBackward<Real, Store>& step, int threads);

}  // namespace foreview
