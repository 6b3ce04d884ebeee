#include <gtest/gtest.h>

#include <numeric>

#include "regression/synthetic_videos.h"

namespace foreview {
namespace {

using testing::features_of;
using testing::part_of;
using testing::quick_options;
using testing::synthetic_videos;
using testing::view_target;

TEST(Quarters, AreChancesThatFollowTheForecast) {
  const auto videos = synthetic_videos({.count = 160, .seed = 41});
  const auto model = ForecastModel::train(part_of(videos, 0, 120), view_target(), quick_options(), 5, Device{});
  Forecast lowest, highest;
  lowest.median = 1e300;
  for (const VideoFeatures& video : features_of(part_of(videos, 120, 160))) {
    const Forecast forecast = model.forecast(video);
    ASSERT_EQ(forecast.chance_of_quarters.size(), 4u);
    for (const double chance : forecast.chance_of_quarters) EXPECT_GE(chance, 0);
    EXPECT_NEAR(std::accumulate(forecast.chance_of_quarters.begin(), forecast.chance_of_quarters.end(), 0.0), 1, 1e-9);
    EXPECT_GE(forecast.chance_of_quarters[3] + 1e-9, forecast.chance_of_top_tenth);
    if (forecast.median < lowest.median) lowest = forecast;
    if (forecast.median > highest.median) highest = forecast;
  }
  EXPECT_GT(lowest.chance_of_quarters[0], highest.chance_of_quarters[0] + 0.2);
  EXPECT_LT(lowest.chance_of_quarters[3], highest.chance_of_quarters[3] - 0.2);
}

TEST(Quarters, AZeroOneTargetHasNone) {
  auto videos = synthetic_videos({.count = 60, .seed = 42});
  for (size_t i = 0; i < videos.size(); ++i) videos[i].label = Quantity::exact(static_cast<double>(i % 2));
  const Target target{.name = "fight", .transform = Transform::none, .binary = true};
  const auto model = ForecastModel::train(videos, target, quick_options(), 5, Device{});
  EXPECT_TRUE(model.forecast(videos[0].features).chance_of_quarters.empty());
}

}  // namespace
}  // namespace foreview
