#include "sample/drifting_layer.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace foreview {
namespace {

constexpr double kEdge = 1.5;         // pixels over which an outline fades
constexpr double kStripePeriod = 36;  // pixels: seven at a width of 36, so that a small encoder still sees them

/// Signed distance in pixels from the outline, negative inside; (u, v) from the centre, turned with the object.
double distance_to_outline(Shape shape, double u, double v, double radius) {
  switch (shape) {
    case Shape::disc:
      return std::hypot(u, v) - radius;
    case Shape::ring:
      return std::abs(std::hypot(u, v) - 0.72 * radius) - 0.28 * radius;
    case Shape::rounded_square: {
      const double corner = 0.25 * radius, half = 0.85 * radius - corner;
      const double du = std::max(std::abs(u) - half, 0.0), dv = std::max(std::abs(v) - half, 0.0);
      return std::hypot(du, dv) - corner;
    }
    case Shape::triangle: {
      const double side = std::numbers::sqrt3 / 2;
      return std::max({v, -0.5 * v + side * u, -0.5 * v - side * u}) - 0.6 * radius;
    }
  }
  return 1;
}

/// Whole pixels and the rest of a shift by `offset` on a circle of `size` pixels.
struct Shift {
  int whole;
  float rest;
  Shift(double offset, int size) {
    const double wrapped = offset - size * std::floor(offset / size);
    whole = std::min(static_cast<int>(wrapped), size - 1);
    rest = static_cast<float>(wrapped - whole);
  }
};

}  // namespace

DriftingLayer::DriftingLayer(int width, int height)
    : width_(width), height_(height), planes_(size_t{4} * width * height) {}

void DriftingLayer::paint(const SceneObject& object) {
  const double cosine = std::cos(object.angle), sine = std::sin(object.angle);
  const int reach = static_cast<int>(1.3 * object.radius + kEdge) + 1;
  const int left = static_cast<int>(object.x), top = static_cast<int>(object.y);
  const size_t plane = static_cast<size_t>(width_) * height_;
  for (int y = top - reach; y <= top + reach; ++y)
    for (int x = left - reach; x <= left + reach; ++x) {
      const double dx = x - object.x, dy = y - object.y;
      const double u = cosine * dx + sine * dy, v = cosine * dy - sine * dx;
      const double distance = distance_to_outline(object.shape, u, v, object.radius);
      const auto alpha = static_cast<float>(object.opacity * std::clamp(0.5 - distance / kEdge, 0.0, 1.0));
      if (alpha <= 0) continue;
      const double stripe = std::tanh(3 * std::sin(2 * std::numbers::pi * u / kStripePeriod));
      const double light = (1 + object.stripe_contrast * stripe) * (1 - 0.15 * dy / object.radius);
      const size_t at =
          static_cast<size_t>((y % height_ + height_) % height_) * width_ + (x % width_ + width_) % width_;
      for (size_t c = 0; c < 3; ++c) {
        const float colour = std::clamp(object.colour[c] * static_cast<float>(light), 0.0f, 1.0f);
        planes_[c * plane + at] = alpha * colour + (1 - alpha) * planes_[c * plane + at];
      }
      planes_[3 * plane + at] = alpha + (1 - alpha) * planes_[3 * plane + at];
    }
}

void DriftingLayer::blend_onto(std::span<float> picture, double x, double y) const {
  // Pixel (i, j) of the picture shows the layer at (i - x, j - y), between four of its pixels.
  const Shift across(-x, width_), down(-y, height_);
  const size_t width = width_, plane = width * height_;
  std::vector<float> rows(4 * (width + 1));  // [4, width + 1]: between two rows of the layer, already shifted
  for (int j = 0; j < height_; ++j) {
    const size_t upper = static_cast<size_t>((j + down.whole) % height_) * width;
    const size_t lower = static_cast<size_t>((j + down.whole + 1) % height_) * width;
    for (size_t c = 0; c < 4; ++c) {
      const float* a = planes_.data() + c * plane + upper;
      const float* b = planes_.data() + c * plane + lower;
      float* row = rows.data() + c * (width + 1);
      const size_t wrap = width - across.whole;
      for (size_t i = 0; i < wrap; ++i)
        row[i] = a[i + across.whole] + down.rest * (b[i + across.whole] - a[i + across.whole]);
      for (size_t i = wrap; i <= width; ++i) row[i] = a[i - wrap] + down.rest * (b[i - wrap] - a[i - wrap]);
    }
    const float* opacity = rows.data() + 3 * (width + 1);
    for (size_t c = 0; c < 3; ++c) {
      const float* row = rows.data() + c * (width + 1);
      float* out = picture.data() + c * plane + static_cast<size_t>(j) * width;
      for (size_t i = 0; i < width; ++i) {
        const float alpha = opacity[i] + across.rest * (opacity[i + 1] - opacity[i]);
        out[i] = row[i] + across.rest * (row[i + 1] - row[i]) + (1 - alpha) * out[i];
      }
    }
  }
}

}  // namespace foreview
