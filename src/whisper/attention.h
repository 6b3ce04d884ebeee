#pragma once

#include <ATen/core/Tensor.h>

// Internal to this folder.
namespace foreview {

/// Scaled dot-product attention without a mask (Vaswani et al. 2017, eq. 1); the query comes scaled.
/// query: [batch, heads, rows, head_width], key and value: [batch, heads, positions, head_width]. Returns
/// [batch, rows, heads * head_width].
at::Tensor attend(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value);

/// The same where row i may look at the positions up to `before` + i only.
at::Tensor attend_causally(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value, int64_t before);

}  // namespace foreview
