#pragma once

#include <cstdint>

#include "core/vector_math.h"

// Internal to this folder, and torch-free: products with a matrix that was packed for vectors, added up in f32.
namespace foreview {

/// Outputs that lie side by side in a packed matrix: [outputs / 64, inputs, 64], the last block filled with zeros.
constexpr int64_t packed_outputs = 64;

/// One block of outputs: out[r][o] = bias[o] + sum of x[r][i] * block[i][o].
template <class Store>
struct PackedProduct {
  const Store* block;  // [inputs, 64]
  const float* bias;   // [outputs], or null
  const float* x;      // [rows, inputs], rows `x_stride` apart
  int64_t x_stride;
  float* out;  // [rows, outputs], rows `out_stride` apart
  int64_t out_stride;
  int64_t rows, inputs;
  int64_t outputs;  // of this block, 1 to 64
};

/// Instances: float, Bf16.
template <class Store>
void multiply(const PackedProduct<Store>& product);

}  // namespace foreview
