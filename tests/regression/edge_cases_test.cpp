#include <gtest/gtest.h>

#include <cmath>

#include "regression/synthetic_videos.h"

// Data on which a model can say little must still give sensible answers.
namespace foreview {
namespace {

using testing::features_of;
using testing::part_of;
using testing::quick_options;
using testing::synthetic_videos;
using testing::view_target;

ForecastModel train_on(const std::vector<LabelledVideo>& videos) {
  return ForecastModel::train(videos, view_target(), quick_options(), 5, Device{});
}

void expect_sensible(const ForecastModel& model, const std::vector<VideoFeatures>& asked, double least, double most) {
  for (size_t m = 0; m < model.models().size(); ++m)
    for (const Prediction& one : model.predict(m, asked)) {
      EXPECT_TRUE(std::isfinite(one.low) && std::isfinite(one.high)) << model.models()[m].name;
      EXPECT_GE(one.median, least) << model.models()[m].name;
      EXPECT_LE(one.median, most) << model.models()[m].name;
    }
}

TEST(EdgeCases, AFeatureConstantInTrainingSaysNothingLater) {
  auto videos = synthetic_videos({.count = 80, .seed = 31, .visual = false, .audio = false, .speech = false});
  for (auto& video : videos) video.features.metadata[1] = 3;
  const auto model = train_on(part_of(videos, 0, 60));
  auto same = features_of(part_of(videos, 60, 80)), other = same;
  for (auto& video : other) video.metadata[1] = 250;
  for (size_t m = 0; m < model.models().size(); ++m) {
    const auto before = model.predict(m, same), after = model.predict(m, other);
    for (size_t i = 0; i < before.size(); ++i)
      EXPECT_NEAR(before[i].median, after[i].median, 1e-6) << model.models()[m].name;
  }
}

TEST(EdgeCases, VideosOfWhichNothingIsKnownAreForecastAsAnyVideo) {
  auto videos = synthetic_videos({.count = 60, .seed = 32});
  for (auto& video : videos) video.features = VideoFeatures{.id = video.features.id};
  const auto model = train_on(videos);
  expect_sensible(model, features_of(videos), 6, 12);  // labels are about 9 with a deviation of 1.2
}

TEST(EdgeCases, AKindThatNoTrainingVideoHasIsPassedOver) {
  const auto model = train_on(synthetic_videos({.count = 60, .seed = 33, .visual = false, .audio = false}));
  expect_sensible(model, features_of(synthetic_videos({.count = 10, .seed = 34})), 0, 25);
}

TEST(EdgeCases, InfiniteAndMissingNumbersInTrainingAreUnknown) {
  auto videos = synthetic_videos({.count = 80, .seed = 35});
  videos[0].features.metadata[0] = INFINITY;
  videos[1].features.metadata[0] = -INFINITY;
  videos[2].features.metadata.assign(3, NAN);
  for (float& value : videos[3].features.visual.values) value = INFINITY;
  const auto model = train_on(videos);
  expect_sensible(model, features_of(videos), 0, 25);
}

TEST(EdgeCases, TwoEqualRowsAreForecastAsWhatTheyAre) {
  auto videos = synthetic_videos({.count = 2, .seed = 36});
  for (auto& video : videos) video.label = Quantity::exact(500);
  const auto model = train_on(videos);
  for (const Prediction& one : model.predict(0, features_of(videos))) EXPECT_NEAR(std::expm1(one.median), 500, 5);
}

}  // namespace
}  // namespace foreview
