#pragma once

#include <cstdint>

#include "core/vector_math.h"

// Internal to this folder, and torch-free: what lies between the products of a transformer, a row at a time, added up
// in f32. `Store` is float or Bf16.
namespace foreview {

/// scores: [rows, columns], each becomes e^(score - the row's largest); sums: [rows], of what was stored.
template <class Store>
void exponentials(Store* scores, int64_t rows, int64_t columns, float* sums);
/// out[r] = values[r] / sums[r]; rows of `out` lie `out_stride` apart.
template <class Store>
void divide_rows(const Store* values, const float* sums, int64_t rows, int64_t columns, Store* out, int64_t out_stride);

/// x Phi(x) in place, with erf to 1.5e-7 (Abramowitz and Stegun 7.1.26).
template <class Store>
void gelu(Store* values, int64_t count);

/// states += added (unless null), then LayerNorm of the states into `out`. All [rows, width].
template <class Store>
void add_and_norm(float* states, const Store* added, const float* weight, const float* bias, Store* out, int64_t rows,
                  int64_t width);

/// Sum of e^(value - most).
double sum_of_exponentials(const float* values, int64_t count, float most);

}  // namespace foreview
