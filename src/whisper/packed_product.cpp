#include "whisper/packed_product.h"

#include "core/lanes.h"

namespace foreview {
namespace {

template <int64_t parts>
FOREVIEW_INLINE void store_row(const Lanes* sums, float* out, int64_t outputs) {
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t left = outputs - part * lane_count;
    if (left >= lane_count)
      store(sums[part], out + part * lane_count);
    else if (left > 0)
      store_some(sums[part], out + part * lane_count, left);
  }
}

/// rows x (16 * parts) sums stay in registers while the inputs pass by.
template <int64_t rows, int64_t parts, class Store>
FOREVIEW_INLINE void multiply_tile(const PackedProduct<Store>& p, int64_t row, int64_t first) {
  Lanes sums[rows][parts];
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t at = first + part * lane_count, known = p.outputs - at;
    Lanes start = {};
    if (p.bias && known >= lane_count) start = load(p.bias + at);
    if (p.bias && known > 0 && known < lane_count) start = load_some(p.bias + at, known, 0);
    for (int64_t r = 0; r < rows; ++r) sums[r][part] = start;
  }
  const float* x = p.x + row * p.x_stride;
  const Store* weights = p.block + first;
  for (int64_t i = 0; i < p.inputs; ++i, weights += packed_outputs) {
    Lanes columns[parts];
    for (int64_t part = 0; part < parts; ++part) columns[part] = load(weights + part * lane_count);
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t part = 0; part < parts; ++part) sums[r][part] += x[r * p.x_stride + i] * columns[part];
  }
  for (int64_t r = 0; r < rows; ++r)
    store_row<parts>(sums[r], p.out + (row + r) * p.out_stride + first, p.outputs - first);
}

/// The last rows, fewer than `rows`, together: the weights are read once.
template <int64_t rows, int64_t parts, class Store>
FOREVIEW_INLINE void multiply_rest(const PackedProduct<Store>& p, int64_t row, int64_t first) {
  if constexpr (rows > 1) {
    if (p.rows - row == rows - 1)
      multiply_tile<rows - 1, parts>(p, row, first);
    else
      multiply_rest<rows - 1, parts>(p, row, first);
  }
}

template <int64_t most_rows, int64_t parts>
struct Multiply {
  template <class Store>
  FOREVIEW_INLINE static void run(const PackedProduct<Store>* product) {
    const PackedProduct<Store>& p = *product;
    for (int64_t first = 0; first < p.outputs; first += parts * lane_count) {
      int64_t row = 0;
      for (; row + most_rows <= p.rows; row += most_rows) multiply_tile<most_rows, parts>(p, row, first);
      multiply_rest<most_rows, parts>(p, row, first);
    }
  }
};

}  // namespace

template <class Store>
void multiply(const PackedProduct<Store>& product) {
  if (has_avx512())
    run_best<Multiply<6, 4>>(&product);  // 24 of 32 registers hold sums
  else
    run_best<Multiply<4, 1>>(&product);  // 8 of 16
}

template void multiply(const PackedProduct<float>&);
template void multiply(const PackedProduct<Bf16>&);

}  // namespace foreview
