#pragma once

#include <cstdint>

namespace foreview {

/// Luma of gamma-corrected red, green and blue (ITU-R BT.601), on their scale.
template <class Real>
constexpr Real luma(Real red, Real green, Real blue) {
  return Real(0.299) * red + Real(0.587) * green + Real(0.114) * blue;
}

/// Of three bytes, 0 to 255.
template <class Real>
constexpr Real luma(const uint8_t* pixel) {
  return luma<Real>(pixel[0], pixel[1], pixel[2]);
}

}  // namespace foreview
