#include "whisper/token_attention.h"

#include <algorithm>

#include "core/lanes.h"
#include "whisper/row_kernels.h"

namespace foreview {
namespace {

constexpr int64_t parts = 4;  // sums of as many lanes are made at a time

struct Scores {
  template <class Store>
  FOREVIEW_INLINE static void run(const TokenAttention<Store>* attention) {
    const TokenAttention<Store>& a = *attention;
    for (int64_t first = 0; first < a.positions; first += parts * lane_count) {
      const int64_t count = std::min(parts, (a.positions - first + lane_count - 1) / lane_count);
      Lanes sums[parts] = {};
      for (int64_t d = 0; d < a.head_width; ++d)
        for (int64_t part = 0; part < count; ++part)
          sums[part] += a.query[d] * load(a.keys + d * a.capacity + first + part * lane_count);
      for (int64_t part = 0; part < count; ++part) store(sums[part], a.weights + first + part * lane_count);
    }
  }
};

struct WeightedValues {
  template <class Store>
  FOREVIEW_INLINE static void run(const TokenAttention<Store>* attention, float factor) {
    const TokenAttention<Store>& a = *attention;
    for (int64_t first = 0; first < a.head_width; first += parts * lane_count) {
      const int64_t count = std::min(parts, (a.head_width - first) / lane_count);
      Lanes sums[parts] = {};
      for (int64_t position = 0; position < a.positions; ++position)
        for (int64_t part = 0; part < count; ++part)
          sums[part] +=
              a.weights[position] * load(a.values + position * a.head_width + first + part * lane_count);
      for (int64_t part = 0; part < count; ++part) store(sums[part] * factor, a.out + first + part * lane_count);
    }
  }
};

}  // namespace

template <class Store>
void attend(const TokenAttention<Store>& attention) {
  run_best<Scores>(&attention);
  float sum = 0;
  exponentials(attention.weights, 1, attention.positions, &sum);
  run_best<WeightedValues>(&attention, 1 / sum);
}

template void attend(const TokenAttention<float>&);
template void attend(const TokenAttention<Bf16>&);

}  // namespace foreview
