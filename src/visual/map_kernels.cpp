#include "visual/map_kernels.h"

#include <algorithm>
#include <vector>

#include "visual/lstm_math.h"

namespace foreview {
namespace {

constexpr int64_t block = 64;  // pixels whose rows stay in the first cache

}  // namespace

void for_each_item(int64_t count, int threads, const std::function<void(int64_t item)>& work) {
#pragma omp parallel for num_threads(threads) if (threads > 1 && count > 1)
  for (int64_t item = 0; item < count; ++item) work(item);
}

template <class Real, class Store>
void maps_to_rows(const Real* maps, int64_t channels, int64_t pixels, Store* rows, int64_t row_stride) {
  for (int64_t first = 0; first < pixels; first += block) {
    const int64_t last = std::min(pixels, first + block);
    for (int64_t channel = 0; channel < channels; ++channel)
      for (int64_t pixel = first; pixel < last; ++pixel)
        narrow(maps[channel * pixels + pixel], rows[pixel * row_stride + channel]);
  }
}

template <class Real, class Store>
void rows_to_maps(const Store* rows, int64_t row_stride, int64_t channels, int64_t pixels, Real* maps) {
  for (int64_t first = 0; first < pixels; first += block) {
    const int64_t last = std::min(pixels, first + block);
    for (int64_t channel = 0; channel < channels; ++channel)
      for (int64_t pixel = first; pixel < last; ++pixel)
        maps[channel * pixels + pixel] = widen(rows[pixel * row_stride + channel]);
  }
}

template <class Real, class Store>
void take_columns(const Store* rows, int64_t row_stride, int64_t channels, int64_t count, Real* taken) {
  for (int64_t row = 0; row < count; ++row)
    for (int64_t channel = 0; channel < channels; ++channel)
      taken[row * channels + channel] = widen(rows[row * row_stride + channel]);
}

template <class Real, class Store>
void sum_rows(const Store* rows, int64_t count, int64_t columns, Real* sums, int threads) {
  constexpr int64_t chunk = 1024;
  const int64_t chunks = (count + chunk - 1) / chunk;
  std::vector<Real> partial(static_cast<size_t>(chunks * columns), Real(0));
#pragma omp parallel for num_threads(threads) if (threads > 1 && chunks > 4)
  for (int64_t i = 0; i < chunks; ++i) {
    Real* __restrict own = partial.data() + i * columns;
    for (int64_t row = i * chunk; row < std::min(count, (i + 1) * chunk); ++row)
      for (int64_t column = 0; column < columns; ++column) own[column] += widen(rows[row * columns + column]);
  }
  std::fill_n(sums, columns, Real(0));
  for (int64_t i = 0; i < chunks; ++i)
    for (int64_t column = 0; column < columns; ++column)
      sums[column] += partial[static_cast<size_t>(i * columns + column)];
}

#define FOREVIEW_MAP_KERNELS(Real, Store)                                                     \
  template void maps_to_rows(const Real*, int64_t, int64_t, Store*, int64_t);                 \
  template void rows_to_maps(const Store*, int64_t, int64_t, int64_t, Real*);                 \
  template void take_columns(const Store*, int64_t, int64_t, int64_t, Real*);                 \
  template void sum_rows(const Store*, int64_t, int64_t, Real*, int);
FOREVIEW_MAP_KERNELS(float, float)
FOREVIEW_MAP_KERNELS(float, Bf16)
FOREVIEW_MAP_KERNELS(double, double)

}  // namespace foreview
