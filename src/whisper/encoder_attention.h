#pragma once

#include <ATen/core/Tensor.h>

#include "tensors/tensor_pool.h"

// Internal to this folder.
namespace foreview {

/// Attention of all positions to all (Vaswani et al. 2017, eq. 1); queries come scaled. query_key_value: [windows,
/// positions, 3 * heads * head_width] f32 or bf16. Returns [windows, positions, heads * head_width], on the CPU out of
/// `pool`. There scores are made, used and forgotten in blocks that stay in the cache.
at::Tensor attend_all(const at::Tensor& query_key_value, int64_t heads, TensorPool& pool);

}  // namespace foreview
