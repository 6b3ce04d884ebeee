#pragma once

#include <ATen/core/Tensor.h>

#include "whisper/transformer_weights.h"

// Internal to this folder: what both halves of the transformer are made of. On the CPU by the program's own kernels.
namespace foreview {

/// x: [..., in]; out: [..., out], contiguous, of the type that the layer gives (f32 where it is packed).
void apply(const LinearWeights& weights, const at::Tensor& x, const at::Tensor& out);
at::Tensor apply(const LinearWeights& weights, const at::Tensor& x);

/// states += added (where defined), then LayerNorm into `out`. On the CPU states are f32. All [..., width], contiguous.
void add_and_norm(const at::Tensor& states, const at::Tensor& added, const NormWeights& weights, const at::Tensor& out);

/// values: contiguous.
void gelu_in_place(const at::Tensor& values);

}  // namespace foreview
