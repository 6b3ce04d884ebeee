#pragma once

#include <algorithm>
#include <cstring>

#include "core/vector_math.h"

// Sixteen f32 at a time, in GCC's and Clang's vector types, compiled for each instruction set; the best one is taken at
// run time. Include it in kernel files only (compiled with -Wno-psabi: no vector crosses a real call).
namespace foreview {

constexpr int64_t lane_count = 16;
using Lanes = float __attribute__((vector_size(4 * lane_count)));
using IntegerLanes = int32_t __attribute__((vector_size(4 * lane_count)));
using UnsignedLanes = uint32_t __attribute__((vector_size(4 * lane_count)));
using ShortLanes = uint16_t __attribute__((vector_size(2 * lane_count)));

FOREVIEW_INLINE Lanes lanes_of(float value) { return value - Lanes{}; }

FOREVIEW_INLINE Lanes load(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof(lanes));
  return lanes;
}
FOREVIEW_INLINE Lanes load(const Bf16* from) {
  ShortLanes bits;
  std::memcpy(&bits, from, sizeof(bits));
  return (Lanes)(__builtin_convertvector(bits, UnsignedLanes) << 16);
}
FOREVIEW_INLINE void store(const Lanes& lanes, float* to) { std::memcpy(to, &lanes, sizeof(lanes)); }
/// Returns what is stored, widened again.
FOREVIEW_INLINE Lanes store_rounded(const Lanes& lanes, float* to) {
  store(lanes, to);
  return lanes;
}
FOREVIEW_INLINE Lanes store_rounded(const Lanes& lanes, Bf16* to) {  // to the nearest, ties to even
  const UnsignedLanes bits = (UnsignedLanes)lanes;
  const UnsignedLanes rounded = (bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff0000u;
  const ShortLanes kept = __builtin_convertvector(rounded >> 16, ShortLanes);
  std::memcpy(to, &kept, sizeof(kept));
  return (Lanes)rounded;
}
FOREVIEW_INLINE void store(const Lanes& lanes, Bf16* to) { store_rounded(lanes, to); }

/// The first `count` < 16 numbers, the others `fill`.
template <class Store>
FOREVIEW_INLINE Lanes load_some(const Store* from, int64_t count, float fill) {
  float values[lane_count];
  for (int64_t i = 0; i < lane_count; ++i) values[i] = i < count ? widen(from[i]) : fill;
  return load(values);
}
template <class Store>
FOREVIEW_INLINE void store_some(const Lanes& lanes, Store* to, int64_t count) {
  float values[lane_count];
  store(lanes, values);
  for (int64_t i = 0; i < count; ++i) narrow(values[i], to[i]);
}

FOREVIEW_INLINE float sum_of(const Lanes& lanes) {
  float values[lane_count];
  store(lanes, values);
  for (int64_t half = lane_count / 2; half > 0; half /= 2)
    for (int64_t i = 0; i < half; ++i) values[i] += values[i + half];
  return values[0];
}
FOREVIEW_INLINE float largest_of(const Lanes& lanes) {
  float values[lane_count];
  store(lanes, values);
  return *std::max_element(values, values + lane_count);
}

/// As exponential(float).
FOREVIEW_INLINE Lanes exponential(Lanes x) {
  x = x < -87.0f ? lanes_of(-87.0f) : x;
  x = x > 87.0f ? lanes_of(87.0f) : x;
  constexpr float round = 12582912.0f;
  const Lanes shifted = x * 1.44269504f + round;
  const Lanes k = shifted - round;
  const Lanes r = (x - k * 0.693359375f) + k * 2.12194440e-4f;
  return exponential_of_rest(r) * (Lanes)(((UnsignedLanes)shifted << 23) + 0x3f800000u);
}

/// e^x for x <= 0 with a relative error below 1.2e-4: enough for what is stored as bf16.
FOREVIEW_INLINE Lanes coarse_exponential(Lanes x) {
  x = x < -87.0f ? lanes_of(-87.0f) : x;
  constexpr float round = 12582912.0f;
  const Lanes shifted = x * 1.44269504f + round;
  const Lanes f = x * 1.44269504f - (shifted - round);  // |f| <= 0.5; 2^f by a cubic with the least largest error
  const Lanes p = 9.9992812e-01f + f * (6.9326098e-01f + f * (2.4261043e-01f + f * 5.5171277e-02f));
  return p * (Lanes)(((UnsignedLanes)shifted << 23) + 0x3f800000u);
}

#if defined(__x86_64__)
#define FOREVIEW_AVX512 [[gnu::target("avx512f,avx512bw,avx512dq,avx512vl,fma,prefer-vector-width=512")]]
#define FOREVIEW_AVX2 [[gnu::target("avx2,fma")]]
template <class Kernel, class... Arguments>
FOREVIEW_AVX512 void run_avx512(Arguments... arguments) {
  Kernel::run(arguments...);
}
template <class Kernel, class... Arguments>
FOREVIEW_AVX2 void run_avx2(Arguments... arguments) {
  Kernel::run(arguments...);
}
#endif

inline bool has_avx512() {
#if defined(__x86_64__)
  static const bool has =
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return has;
#else
  return false;
#endif
}

/// Kernel::run, an inlined static function, for the best instruction set of this processor.
template <class Kernel, class... Arguments>
void run_best(Arguments... arguments) {
#if defined(__x86_64__)
  static const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_avx512()) return run_avx512<Kernel>(arguments...);
  if (avx2) return run_avx2<Kernel>(arguments...);
#endif
  Kernel::run(arguments...);
}

}  // namespace foreview
