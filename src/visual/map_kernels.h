#pragma once

#include <cstdint>
#include <functional>

#include "visual/lstm_kernels.h"

// Torch-free, as lstm_kernels.h: moves maps between layouts and number types, and sums rows.
namespace foreview {

/// Calls work(item) for each item in [0, count) from up to `threads` threads of the pool that torch uses.
void for_each_item(int64_t count, int threads, const std::function<void(int64_t item)>& work);

/// maps: [channels, pixels] to rows[pixel * row_stride + channel].
template <class Real, class Store>
void maps_to_rows(const Real* maps, int64_t channels, int64_t pixels, Store* rows, int64_t row_stride);
/// And back.
template <class Real, class Store>
void rows_to_maps(const Store* rows, int64_t row_stride, int64_t channels, int64_t pixels, Real* maps);
/// The first `channels` numbers of each row, to rows without gaps.
template <class Real, class Store>
void take_columns(const Store* rows, int64_t row_stride, int64_t channels, int64_t count, Real* taken);
/// Sums of the columns of [count, columns], the same bits for any number of threads.
template <class Real, class Store>
void sum_rows(const Store* rows, int64_t count, int64_t columns, Real* sums, int threads);

}  // namespace foreview
