#pragma once

#include <ATen/core/Tensor.h>

// Internal to this folder. Scaled dot-product attention (Vaswani et al. 2017, eq. 1); queries come scaled.
namespace foreview {

/// query: [batch, heads, rows, head_width], keys: [batch, heads, head_width, positions], values: [batch, heads, positions,
/// head_width]. Returns [batch, rows, heads * head_width].
at::Tensor attend(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values);
/// The same where row i may look at the positions up to `before` + i only.
at::Tensor attend_causally(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values, int64_t before);

/// One token a row, on the CPU. query: [rows, heads * head_width] f32, keys: [audios, heads, head_width, capacity],
/// values: [audios, heads, capacity, head_width]; rows / audios rows share an audio's. Returns [rows, heads *
/// head_width] f32.
at::Tensor attend_token(const at::Tensor& query, const at::Tensor& keys, const at::Tensor& values, int64_t positions);

}  // namespace foreview
