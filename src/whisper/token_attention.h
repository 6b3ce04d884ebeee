#pragma once

#include <cstdint>

#include "core/vector_math.h"

// Internal to this folder, and torch-free.
namespace foreview {

/// One head's attention of one new token over the positions so far. `Store` is float or Bf16.
template <class Store>
struct TokenAttention {
  const float* query;   // [head_width], scaled; head_width is a multiple of 16
  const Store* keys;    // [head_width, capacity]; capacity is a multiple of 16
  const Store* values;  // [capacity, head_width]
  int64_t head_width, capacity, positions;
  float* weights;  // [capacity]: room for the scores
  float* out;      // [head_width]
};

template <class Store>
void attend(const TokenAttention<Store>& attention);

}  // namespace foreview
