#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

// Arithmetic that compilers turn into vectors: no branches, no calls. NaN stays NaN. CUDA kernels compile it too.
namespace foreview {

#if defined(__CUDACC__)
#define FOREVIEW_INLINE __host__ __device__ __forceinline__
#else
#define FOREVIEW_INLINE [[gnu::always_inline]] inline
#endif

/// A number of 16 bits with the exponent of f32, as memory holds it.
struct Bf16 {
  uint16_t bits;
};

FOREVIEW_INLINE float widen(float value) { return value; }
FOREVIEW_INLINE double widen(double value) { return value; }
FOREVIEW_INLINE float widen(Bf16 value) { return std::bit_cast<float>(static_cast<uint32_t>(value.bits) << 16); }

FOREVIEW_INLINE void narrow(float value, float& out) { out = value; }
FOREVIEW_INLINE void narrow(double value, double& out) { out = value; }
FOREVIEW_INLINE void narrow(float value, Bf16& out) {  // to the nearest, ties to even
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  out.bits = static_cast<uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

/// e^r for |r| <= 0.35, of floats or vectors of them. Taylor: the first term left out is 1e-7.
template <class Value>
FOREVIEW_INLINE Value exponential_of_rest(const Value& r) {
  Value p = r * 1.3888889e-3f + 8.3333333e-3f;
  p = p * r + 4.1666667e-2f;
  p = p * r + 1.6666667e-1f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  return p * r + 1.0f;
}

/// e^x to 2 units in the last place: x = k ln 2 + r, a polynomial in r, and k put into the exponent.
FOREVIEW_INLINE float exponential(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 87.0f ? 87.0f : x;
  constexpr float round = 12582912.0f;  // 1.5 * 2^23: its sum has k in the low bits
  const float shifted = x * 1.44269504f + round;
  const float k = shifted - round;
  const float r = (x - k * 0.693359375f) + k * 2.12194440e-4f;
  const uint32_t scale = (std::bit_cast<uint32_t>(shifted) << 23) + 0x3f800000u;
  return exponential_of_rest(r) * std::bit_cast<float>(scale);
}
FOREVIEW_INLINE double exponential(double x) { return std::exp(x); }

}  // namespace foreview
