#pragma once

#include <ATen/core/Tensor.h>

// Internal to this folder.
namespace foreview {

/// A matrix as the processor's own products read it (packed_product.h): for few rows it is read at the speed of the
/// memory, for many it is multiplied faster than by the libraries' general products.
struct PackedMatrix {
  at::Tensor blocks;    // [outputs / 64, inputs, 64] f32 or bf16, the last block filled with zeros
  int64_t outputs = 0;

  /// matrix: [outputs, inputs].
  static PackedMatrix pack(const at::Tensor& matrix, at::ScalarType type);

  /// x: [rows, inputs] f32, rows may lie apart or overlap; bias: [outputs] f32 or undefined. Writes x W^T + bias to `out`, [rows, outputs] f32.
  void multiply(const at::Tensor& x, const at::Tensor& bias, const at::Tensor& out) const;
  /// Rows of the matrix, [ids, inputs] f32.
  at::Tensor rows(const at::Tensor& ids) const;
};

}  // namespace foreview
