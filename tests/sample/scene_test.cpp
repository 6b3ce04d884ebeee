#include "sample/scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sample/law.h"

namespace foreview {
namespace {

constexpr int kWidth = 90, kHeight = 160;

std::vector<uint8_t> frame_of(const VideoPlan& plan, double seconds) {
  std::vector<uint8_t> rgb(size_t{3} * kWidth * kHeight);
  Scene(plan, kWidth, kHeight).draw(seconds, rgb);
  return rgb;
}

/// Eight levels a channel.
std::vector<double> histogram(const std::vector<uint8_t>& rgb) {
  std::vector<double> bins(24);
  for (size_t i = 0; i < rgb.size(); ++i) bins[8 * (i % 3) + rgb[i] / 32] += 1.0 / static_cast<double>(rgb.size());
  return bins;
}

double correlation(std::span<const double> a, std::span<const double> b) {
  std::vector<double> sum(a.begin(), a.end());
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += b[i];
  const double product = variance(a) * variance(b);
  return product > 0 ? (variance(sum) - variance(a) - variance(b)) / 2 / std::sqrt(product) : 0;
}

/// The largest correlation of log views with any bin of one frame's histogram.
double best_histogram_correlation(SampleLaw law) {
  const std::vector<VideoPlan> plans = plan_sample({.videos = 500, .seed = 8, .law = law});
  std::vector<double> views;
  std::vector<std::vector<double>> bins(24);
  for (const VideoPlan& plan : plans) {
    views.push_back(std::log1p(static_cast<double>(plan.views)));
    const std::vector<double> shares = histogram(frame_of(plan, 1.5));
    for (size_t i = 0; i < bins.size(); ++i) bins[i].push_back(shares[i]);
  }
  double best = 0;
  for (const auto& bin : bins) best = std::max(best, std::abs(correlation(bin, views)));
  return best;
}

TEST(Scene, ColoursTellTheVisualLawButNotTheMotionLaw) {
  EXPECT_GT(best_histogram_correlation(SampleLaw::visual), 0.4);
  EXPECT_LT(best_histogram_correlation(SampleLaw::motion), 0.16);  // 24 bins, 500 videos: chance alone reaches 0.14
}

TEST(Scene, ASingleFrameDoesNotDependOnTheMovement) {
  VideoPlan plan = plan_sample({.videos = 1}).front();
  plan.factors.drift = 0.9;
  const std::vector<uint8_t> right = frame_of(plan, 0);
  plan.factors.drift = -0.2;
  plan.factors.rise = 0.4;
  EXPECT_EQ(frame_of(plan, 0), right);
  EXPECT_NE(frame_of(plan, 1), right);
}

TEST(Scene, MovementHasTheSignAndTempoOfItsFactor) {
  EXPECT_NEAR(drift_speed(1), 0.55, 1e-12);
  EXPECT_NEAR(drift_speed(-1), -0.55, 1e-12);
  EXPECT_NEAR(drift_speed(1e-9), 0.12, 1e-6);

  DriftingLayer layer(kWidth, kHeight);
  layer.paint({.shape = Shape::disc, .x = 20, .y = 40, .radius = 10, .colour = {1, 1, 1}});
  const auto centre_after = [&](double x, double y) {
    std::vector<float> picture(size_t{3} * kWidth * kHeight);
    layer.blend_onto(picture, x, y);
    double mass = 0, across = 0, down = 0;
    for (int j = 0; j < kHeight; ++j)
      for (int i = 0; i < kWidth; ++i) {
        const double light = picture[static_cast<size_t>(j) * kWidth + i];
        mass += light, across += light * i, down += light * j;
      }
    return std::pair(across / mass, down / mass);
  };
  const auto [x0, y0] = centre_after(0, 0);
  const auto [x1, y1] = centre_after(12.25, -7.5);
  EXPECT_NEAR(x1 - x0, 12.25, 0.05);
  EXPECT_NEAR(y1 - y0, -7.5, 0.05);
}

TEST(Scene, MovingOnceAroundShowsTheSamePicture) {
  DriftingLayer layer(kWidth, kHeight);
  layer.paint({.shape = Shape::ring, .x = 5, .y = 150, .radius = 30, .colour = {0.3f, 0.9f, 0.5f}});
  std::vector<float> still(size_t{3} * kWidth * kHeight, 0.2f), around = still;
  layer.blend_onto(still, 0, 0);
  layer.blend_onto(around, 2 * kWidth, -kHeight);
  EXPECT_EQ(still, around);
}

}  // namespace
}  // namespace foreview
