#include "whisper/row_kernels.h"

#include <cmath>

#include "core/lanes.h"

namespace foreview {
namespace {

constexpr int64_t whole(int64_t columns) { return columns / lane_count * lane_count; }

/// e^x for x <= 0, as exact as the type it will be stored in.
FOREVIEW_INLINE Lanes exponential_for(const float*, const Lanes& x) { return exponential(x); }
FOREVIEW_INLINE Lanes exponential_for(const Bf16*, const Lanes& x) { return coarse_exponential(x); }

struct Exponentials {
  template <class Store>
  FOREVIEW_INLINE static void run(Store* scores, int64_t rows, int64_t columns, float* sums) {
    const int64_t end = whole(columns);
    for (int64_t row = 0; row < rows; ++row, scores += columns) {
      Lanes most = load_some(scores + end, columns - end, -INFINITY);
      for (int64_t i = 0; i < end; i += lane_count) {
        const Lanes value = load(scores + i);
        most = value > most ? value : most;
      }
      const float largest = largest_of(most);
      Lanes sum = {};
      for (int64_t i = 0; i < end; i += lane_count)
        sum += store_rounded(exponential_for(scores, load(scores + i) - largest), scores + i);
      sums[row] = sum_of(sum);
      for (int64_t i = end; i < columns; ++i) {
        narrow(exponential(widen(scores[i]) - largest), scores[i]);
        sums[row] += widen(scores[i]);
      }
    }
  }
};

struct DivideRows {
  template <class Store>
  FOREVIEW_INLINE static void run(const Store* values, const float* sums, int64_t rows, int64_t columns, Store* out,
                                  int64_t out_stride) {
    const int64_t end = whole(columns);
    for (int64_t row = 0; row < rows; ++row, values += columns, out += out_stride) {
      const float factor = 1 / sums[row];
      for (int64_t i = 0; i < end; i += lane_count) store(load(values + i) * factor, out + i);
      for (int64_t i = end; i < columns; ++i) narrow(widen(values[i]) * factor, out[i]);
    }
  }
};

template <class Store>
FOREVIEW_INLINE Lanes gelu_for(const Store* stored, const Lanes& x) {
  const Lanes scaled = x * 0.70710678f, size = scaled < 0 ? -scaled : scaled;
  const Lanes t = 1 / (1 + 0.3275911f * size);
  const Lanes tail = t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f)))) *
                     exponential_for(stored, -size * size);
  return 0.5f * x * (scaled < 0 ? tail : 2 - tail);
}

struct Gelu {
  template <class Store>
  FOREVIEW_INLINE static void run(Store* values, int64_t count) {
    const int64_t end = whole(count);
    for (int64_t i = 0; i < end; i += lane_count) store(gelu_for(values, load(values + i)), values + i);
    if (end < count) store_some(gelu_for(values, load_some(values + end, count - end, 0)), values + end, count - end);
  }
};

struct AddAndNorm {
  template <class Store>
  FOREVIEW_INLINE static void run(float* states, const Store* added, const float* weight, const float* bias, Store* out,
                                  int64_t rows, int64_t width) {
    const int64_t end = whole(width);
    for (int64_t row = 0; row < rows; ++row, states += width, out += width) {
      Lanes sums = {};
      float rest = 0;
      for (int64_t i = 0; i < end; i += lane_count) {
        Lanes value = load(states + i);
        if (added) {
          value += load(added + i);
          store(value, states + i);
        }
        sums += value;
      }
      for (int64_t i = end; i < width; ++i) {
        if (added) states[i] += widen(added[i]);
        rest += states[i];
      }
      const float mean = (sum_of(sums) + rest) / static_cast<float>(width);
      Lanes squares = {};
      rest = 0;
      for (int64_t i = 0; i < end; i += lane_count) {
        const Lanes distance = load(states + i) - mean;
        squares += distance * distance;
      }
      for (int64_t i = end; i < width; ++i) rest += (states[i] - mean) * (states[i] - mean);
      const float factor = 1 / std::sqrt((sum_of(squares) + rest) / static_cast<float>(width) + 1e-5f);
      for (int64_t i = 0; i < end; i += lane_count)
        store((load(states + i) - mean) * factor * load(weight + i) + load(bias + i), out + i);
      for (int64_t i = end; i < width; ++i) narrow((states[i] - mean) * factor * weight[i] + bias[i], out[i]);
      if (added) added += width;
    }
  }
};

struct SumOfExponentials {
  FOREVIEW_INLINE static void run(const float* values, int64_t count, float most, double* sum) {
    constexpr int64_t stretch = 1024;  // f32 adds up no more than this
    *sum = 0;
    for (int64_t first = 0; first < count; first += stretch) {
      const int64_t last = std::min(count, first + stretch), end = first + whole(last - first);
      Lanes part = {};
      for (int64_t i = first; i < end; i += lane_count) part += exponential(load(values + i) - most);
      *sum += sum_of(part);
      for (int64_t i = end; i < last; ++i) *sum += exponential(values[i] - most);
    }
  }
};

}  // namespace

template <class Store>
void exponentials(Store* scores, int64_t rows, int64_t columns, float* sums) {
  run_best<Exponentials>(scores, rows, columns, sums);
}
template <class Store>
void divide_rows(const Store* values, const float* sums, int64_t rows, int64_t columns, Store* out,
                 int64_t out_stride) {
  run_best<DivideRows>(values, sums, rows, columns, out, out_stride);
}
template <class Store>
void gelu(Store* values, int64_t count) {
  run_best<Gelu>(values, count);
}
template <class Store>
void add_and_norm(float* states, const Store* added, const float* weight, const float* bias, Store* out, int64_t rows,
                  int64_t width) {
  run_best<AddAndNorm>(states, added, weight, bias, out, rows, width);
}

double sum_of_exponentials(const float* values, int64_t count, float most) {
  double sum = 0;
  run_best<SumOfExponentials>(values, count, most, &sum);
  return sum;
}

template void exponentials(float*, int64_t, int64_t, float*);
template void exponentials(Bf16*, int64_t, int64_t, float*);
template void divide_rows(const float*, const float*, int64_t, int64_t, float*, int64_t);
template void divide_rows(const Bf16*, const float*, int64_t, int64_t, Bf16*, int64_t);
template void gelu(float*, int64_t);
template void gelu(Bf16*, int64_t);
template void add_and_norm(float*, const float*, const float*, const float*, float*, int64_t, int64_t);
template void add_and_norm(float*, const Bf16*, const float*, const float*, Bf16*, int64_t, int64_t);

}  // namespace foreview
