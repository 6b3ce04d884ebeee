#pragma once

#include "visual/lstm_kernels.h"

// Torch-free, and there only in builds with CUDA (FOREVIEW_CUDA).
namespace foreview {

/// gates_forward and gates_backward on arrays of a CUDA device: one kernel a step, one thread a number. Runs on
/// `stream` (cudaStream_t) without waiting. The same instances. Throws std::runtime_error when the kernel cannot be
/// started.
template <class Real, class Store>
void gates_forward_on_cuda(const GatesForward<Real, Store>& step, void* stream);
template <class Real, class Store>
void gates_backward_on_cuda(const GatesBackward<Real, Store>& step, void* stream);

}  // namespace foreview
