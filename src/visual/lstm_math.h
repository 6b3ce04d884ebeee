#pragma once

#include <cmath>

#include "core/vector_math.h"

namespace foreview {

template <class Real>
FOREVIEW_INLINE Real sigmoid(Real x) {
  return Real(1) / (Real(1) + exponential(-x));
}

/// Absolute error 1e-7 in f32.
FOREVIEW_INLINE float hyperbolic_tangent(float x) { return 1.0f - 2.0f / (1.0f + exponential(2.0f * x)); }
FOREVIEW_INLINE double hyperbolic_tangent(double x) { return std::tanh(x); }

}  // namespace foreview
