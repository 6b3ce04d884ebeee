#include "sample/scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/random.h"

namespace foreview {
namespace {

constexpr Colour kCold = {0.16f, 0.42f, 0.90f}, kWarm = {0.98f, 0.52f, 0.16f};
constexpr int kFewestObjects = 3, kMostObjects = 5, kFarObjects = 8;

Colour mix(const Colour& a, const Colour& b, double share_of_b) {
  Colour mixed;
  for (size_t c = 0; c < 3; ++c) mixed[c] = a[c] + static_cast<float>(share_of_b) * (b[c] - a[c]);
  return mixed;
}

Colour lit(const Colour& colour, double light) {
  Colour result;
  for (size_t c = 0; c < 3; ++c) result[c] = std::min(1.0f, colour[c] * static_cast<float>(light));
  return result;
}

/// A saturated colour; hue 0 to 1 around the circle.
Colour colour_of_hue(double hue) {
  Colour colour;
  for (size_t c = 0; c < 3; ++c)
    colour[c] = static_cast<float>(0.55 + 0.45 * std::cos(2 * std::numbers::pi * (hue - static_cast<double>(c) / 3)));
  return colour;
}

struct Palette {
  Colour scene;
  double light;  // of everything, 0 to 1
  explicit Palette(const SampleFactors& factors)
      : scene(mix(kCold, kWarm, (factors.warmth + 1) / 2)), light(0.35 + 0.65 * (factors.brightness + 1) / 2) {}
  /// A colour that goes with the scene's: somewhat another hue, lighter or darker.
  Colour related(Random& random) const {
    const Colour hue = colour_of_hue(random.uniform());
    const double light_of_it = light * (random.uniform() < 0.5 ? random.uniform(0.45, 0.65) : random.uniform(1.2, 1.5));
    return lit(mix(scene, hue, random.uniform(0.1, 0.45)), light_of_it);
  }
};

/// Lighter above than below, and darker towards the corners.
std::vector<float> paint_background(const Palette& palette, int width, int height) {
  std::vector<float> picture(size_t{3} * width * height);
  for (size_t c = 0; c < 3; ++c)
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const double u = 2.0 * x / width - 1, v = 2.0 * y / height - 1;
        const double light = palette.light * (0.95 - 0.22 * v) * (1 - 0.12 * (u * u + v * v));
        picture[(c * height + y) * width + x] = std::min(1.0f, palette.scene[c] * static_cast<float>(light));
      }
  return picture;
}

/// A place apart from those already taken (on the torus), as far as a few tries find one.
void place_apart(SceneObject& object, const std::vector<SceneObject>& others, int width, int height, Random& random) {
  double best = -1;
  for (int attempt = 0; attempt < 12; ++attempt) {
    const double x = random.uniform(0, width), y = random.uniform(0, height);
    double nearest = 1e9;
    for (const SceneObject& other : others) {
      const double dx = std::abs(x - other.x), dy = std::abs(y - other.y);
      nearest = std::min(nearest, std::hypot(std::min(dx, width - dx), std::min(dy, height - dy)));
    }
    if (nearest <= best) continue;
    best = nearest;
    object.x = x;
    object.y = y;
  }
}

DriftingLayer paint_near(const VideoPlan& plan, const Palette& palette, int width, int height, Random& random) {
  DriftingLayer layer(width, height);
  std::vector<SceneObject> objects;
  const size_t count = kFewestObjects + random.below(kMostObjects - kFewestObjects + 1);
  const double radius = width * (0.21 + 0.08 * plan.factors.object_size);
  while (objects.size() < count) {
    SceneObject object{.shape = static_cast<Shape>(random.below(4)),
                       .radius = radius * random.uniform(0.85, 1.15),
                       .angle = random.uniform(0, 2 * std::numbers::pi),
                       .colour = palette.related(random),
                       .stripe_contrast = 0.32 * (plan.factors.texture + 1)};
    place_apart(object, objects, width, height, random);
    SceneObject shadow = object;
    shadow.y += 0.12 * radius;
    shadow.colour = {0, 0, 0};
    shadow.opacity = 0.22;
    layer.paint(shadow);
    layer.paint(object);
    objects.push_back(object);
  }
  return layer;
}

DriftingLayer paint_far(const Palette& palette, int width, int height, Random& random) {
  DriftingLayer layer(width, height);
  for (int i = 0; i < kFarObjects; ++i)
    layer.paint({.shape = Shape::disc,
                 .x = random.uniform(0, width),
                 .y = random.uniform(0, height),
                 .radius = width * random.uniform(0.04, 0.10),
                 .colour = lit(palette.scene, palette.light * 1.35),
                 .opacity = 0.45});
  return layer;
}

}  // namespace

double drift_speed(double factor) { return std::copysign(0.12 + 0.43 * std::abs(factor), factor); }

Scene::Scene(const VideoPlan& plan, int width, int height)
    : width_(width),
      height_(height),
      right_per_second_(width * drift_speed(plan.factors.drift)),
      down_per_second_(-width * drift_speed(plan.factors.rise)),
      picture_(size_t{3} * width * height),
      far_(width, height),
      near_(width, height) {
  Random random(derive_seed(plan.media_seed, "scene"));
  const Palette palette(plan.factors);
  background_ = paint_background(palette, width, height);
  far_ = paint_far(palette, width, height, random);
  near_ = paint_near(plan, palette, width, height, random);
  bob_height_ = width * random.uniform(0.005, 0.025);
  bob_period_ = random.uniform(1.0, 2.0);
  bob_phase_ = random.uniform(0, 2 * std::numbers::pi);
}

void Scene::draw(double seconds, std::span<uint8_t> rgb) {
  std::ranges::copy(background_, picture_.begin());
  const double right = right_per_second_ * seconds, down = down_per_second_ * seconds;
  const double bob = bob_height_ * std::sin(2 * std::numbers::pi * seconds / bob_period_ + bob_phase_);
  far_.blend_onto(picture_, right / 2, down / 2);
  near_.blend_onto(picture_, right, down + bob);
  const size_t plane = static_cast<size_t>(width_) * height_;
  for (size_t i = 0; i < plane; ++i)
    for (size_t c = 0; c < 3; ++c) rgb[3 * i + c] = static_cast<uint8_t>(255 * picture_[c * plane + i] + 0.5f);
}

}  // namespace foreview
