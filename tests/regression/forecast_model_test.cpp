#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "evaluation/metrics.h"
#include "foreview/error.h"
#include "regression/synthetic_videos.h"

namespace foreview {
namespace {

using testing::features_of;
using testing::part_of;
using testing::quick_options;
using testing::synthetic_videos;
using testing::view_target;

size_t index_of(const ForecastModel& model, const std::string& name, Track track) {
  const auto& models = model.models();
  const auto found =
      std::ranges::find_if(models, [&](const ModelName& m) { return m.name == name && m.track == track; });
  EXPECT_NE(found, models.end()) << name;
  return static_cast<size_t>(found - models.begin());
}

struct Scores {
  double nmse = 0, coverage = 0;
};

Scores score(const ForecastModel& model, const std::string& name, Track track, const std::vector<LabelledVideo>& test) {
  const auto truth = testing::modelled_labels_of(test, model.target());
  std::vector<double> median, low, high;
  for (const Prediction& p : model.predict(index_of(model, name, track), features_of(test))) {
    median.push_back(p.median);
    low.push_back(p.low);
    high.push_back(p.high);
  }
  return {normalized_mean_squared_error(truth, median).value(), interval_coverage(truth, low, high)};
}

ForecastModel train_on(const std::vector<LabelledVideo>& videos, size_t train, size_t validation,
                       const TrainOptions& options, const Target& target = view_target()) {
  return ForecastModel::train(part_of(videos, 0, train + validation), target, options, 5, Device{});
}

void expect_finite(const ForecastModel& model, const std::vector<VideoFeatures>& videos) {
  for (size_t m = 0; m < model.models().size(); ++m)
    for (const Prediction& p : model.predict(m, videos)) {
      EXPECT_TRUE(std::isfinite(p.median) && std::isfinite(p.low) && std::isfinite(p.high)) << model.models()[m].name;
      EXPECT_LE(p.low, p.median);
      EXPECT_LE(p.median, p.high);
    }
}

TEST(ForecastModel, BeatsEveryFloorOnNewVideosAndCoversThem) {
  const auto videos = synthetic_videos({.count = 400, .seed = 3});
  TrainOptions options;
  options.model_dimension = 32;
  options.epochs = 30;
  options.members = 2;
  options.tree_rounds = 80;
  const auto model = train_on(videos, 160, 40, options);
  const auto test = part_of(videos, 200, 400);
  const Scores final_scores = score(model, "foreview", Track::author_free, test);
  EXPECT_LT(final_scores.nmse, 0.45);
  EXPECT_NEAR(final_scores.coverage, 0.8, 0.12);
  for (const char* floor : {"mean", "median", "ridge_metadata"})
    EXPECT_LT(final_scores.nmse, score(model, floor, Track::author_free, test).nmse - 0.2) << floor;
  for (const char* part : {"transformer", "trees", "ridge", "kernel"})
    EXPECT_LT(score(model, part, Track::author_free, test).nmse, 0.9) << part;
  EXPECT_NEAR(score(model, "mean", Track::author_free, test).nmse, 1, 0.1);
  EXPECT_EQ(model.history().size(), 2u);
}

TEST(ForecastModel, LearnsNothingFromShuffledLabels) {
  auto videos = synthetic_videos({.count = 300, .seed = 4});
  Random random(9);
  for (size_t i = videos.size(); i > 1; --i) std::swap(videos[i - 1].label, videos[random.below(i)].label);
  TrainOptions options = quick_options();
  options.epochs = 15;
  const auto model = train_on(videos, 120, 30, options);
  const auto scores = score(model, "foreview", Track::author_free, part_of(videos, 150, 300));
  EXPECT_GT(scores.nmse, 0.93);
  EXPECT_LT(scores.nmse, 1.15);
}

TEST(ForecastModel, TellsWhatFoldsInsideTrainingSaidOfItsParts) {
  const auto model = train_on(synthetic_videos({.count = 150, .seed = 8}), 120, 30, quick_options());
  double weights = 0, best_part = 1e9, final_error = 0;
  for (const ModelName& name : model.models()) {
    EXPECT_EQ(name.within_training.has_value(), name.role == ModelRole::final_model || name.role == ModelRole::part);
    if (!name.within_training || name.track != Track::author_free) continue;
    if (name.role == ModelRole::final_model) final_error = name.within_training->nmse;
    if (name.role != ModelRole::part) continue;
    weights += name.within_training->weight.value();
    best_part = std::min(best_part, name.within_training->nmse);
  }
  EXPECT_NEAR(weights, 1, 1e-9);
  EXPECT_GT(final_error, 0);
  EXPECT_LT(final_error, 1.05 * best_part);
}

TEST(ForecastModel, AuthorAwareTrackUsesTheAuthor) {
  const auto videos = synthetic_videos({.count = 400, .seed = 5, .authors = 12, .author_effect = 1.5});
  TrainOptions options = quick_options();
  options.epochs = 20;
  options.tree_rounds = 100;
  const auto model = train_on(videos, 200, 40, options);
  const auto test = part_of(videos, 240, 400);
  const double aware = score(model, "foreview", Track::author_aware, test).nmse;
  EXPECT_LT(aware, score(model, "foreview", Track::author_free, test).nmse - 0.1);
  EXPECT_LT(aware, score(model, "author_mean", Track::author_aware, test).nmse);
  EXPECT_LT(score(model, "author_mean", Track::author_aware, test).nmse, 0.8);
  VideoFeatures video = test[0].features;
  EXPECT_EQ(model.forecast(video).track, "author_aware");
  video.author = "somebody else";
  EXPECT_EQ(model.forecast(video).track, "author_free");
  video.author = "";
  EXPECT_EQ(model.forecast(video).track, "author_free");
}

TEST(ForecastModel, AuthorFreeModelsAreTaughtByTheChannelButNeverReadIt) {
  auto videos = synthetic_videos({.count = 80, .seed = 7, .authors = 40, .author_effect = 1.5});
  for (auto& video : videos) video.features.author_numbers = {std::sqrt(video.label.value)};
  VideoFeatures asked = videos[70].features;
  asked.author = "somebody else";
  const auto median_of = [](const ForecastModel& model, const VideoFeatures& video) {
    return model.predict(0, {video})[0].median;  // the final author-free model
  };
  const auto taught = train_on(videos, 60, 0, quick_options());
  const double before = median_of(taught, asked);
  asked.author_numbers = {1e9};
  EXPECT_EQ(median_of(taught, asked), before);
  for (auto& video : videos) video.features.author_numbers.clear();
  EXPECT_NE(median_of(train_on(videos, 60, 0, quick_options()), asked), before);
}

TEST(ForecastModel, MissingKindsAndStrangeNumbersGiveFiniteAnswers) {
  auto videos = synthetic_videos({.count = 60, .seed = 6, .missing = 0.4, .authors = 5});
  videos[0].features.visual.values.assign(videos[0].features.visual.values.size(), NAN);
  videos[1].features.audio.values.assign(videos[1].features.audio.values.size(), INFINITY);
  videos[2].features.author_numbers = {NAN};
  videos[3].features.author_numbers = {1e300};
  const auto model = train_on(videos, 40, 12, quick_options());
  std::vector<VideoFeatures> odd = features_of(videos);
  odd.push_back({});
  odd.push_back(odd[5]);
  odd.back().visual = {};
  odd.push_back(odd[6]);
  odd.back().audio = {};
  odd.push_back(odd[7]);
  for (float& value : odd.back().visual.values) value = 1e30F;
  odd.back().visual.spans.assign(odd.back().visual.spans.size(), {NAN, INFINITY});
  odd.push_back(odd[8]);
  odd.back().metadata.assign(odd.back().metadata.size(), -INFINITY);
  expect_finite(model, odd);
  EXPECT_FALSE(model.forecast(VideoFeatures{}).notes.empty());
}

TEST(ForecastModel, PredictionsDoNotDependOnOtherVideos) {
  const auto videos = synthetic_videos({.count = 60, .seed = 7, .missing = 0.2, .authors = 6});
  const auto model = train_on(videos, 40, 10, quick_options());
  const auto all = features_of(videos);
  for (size_t m = 0; m < model.models().size(); ++m) {
    const auto together = model.predict(m, all);
    for (size_t i = 40; i < all.size(); ++i) {
      const auto alone = model.predict(m, {all[i]});
      EXPECT_EQ(together[i].median, alone[0].median);
      EXPECT_EQ(together[i].low, alone[0].low);
    }
  }
}

TEST(ForecastModel, SameSeedSameModelAnotherSeedAnother) {
  const auto videos = synthetic_videos({.count = 50, .seed = 8});
  const auto first = train_on(videos, 40, 10, quick_options()), second = train_on(videos, 40, 10, quick_options());
  const auto other = ForecastModel::train(part_of(videos, 0, 50), view_target(), quick_options(), 6, Device{});
  const auto features = features_of(videos);
  const auto a = first.predict(0, features), b = second.predict(0, features), c = other.predict(0, features);
  bool differs = false;
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].median, b[i].median);
    EXPECT_EQ(a[i].high, b[i].high);
    differs |= a[i].median != c[i].median;
  }
  EXPECT_TRUE(differs);
}

TEST(ForecastModel, FromTwoVideosOnIntervalsAreWide) {
  const auto videos = synthetic_videos({.count = 8, .seed = 9});
  for (size_t count : {2, 3, 5, 7}) {
    const auto model = train_on(videos, count, 0, quick_options());
    expect_finite(model, features_of(videos));
    const Forecast forecast = model.forecast(videos.back().features);
    EXPECT_GT(forecast.high / forecast.low, 30) << count << " videos";
    EXPECT_TRUE(std::isfinite(forecast.high));
    EXPECT_GE(forecast.low, 0);
  }
  EXPECT_THROW(train_on(videos, 1, 0, quick_options()), Error);
}

TEST(ForecastModel, AConstantTargetIsForecastAsThatConstant) {
  auto videos = synthetic_videos({.count = 60, .seed = 10});
  for (auto& video : videos) video.label = Quantity::exact(1000);
  const auto model = train_on(videos, 40, 12, quick_options());
  expect_finite(model, features_of(videos));
  EXPECT_NEAR(model.forecast(videos.back().features).median, 1000, 50);
}

TEST(ForecastModel, ZeroOneTargetsAreChances) {
  auto videos = synthetic_videos({.count = 300, .seed = 11});
  std::vector<double> views;
  for (const auto& video : videos) views.push_back(video.label.value);
  const double middle = quantile(views, 0.5);
  for (auto& video : videos) video.label = Quantity::exact(video.label.value > middle ? 1 : 0);
  const Target target{.name = "fight", .transform = Transform::none, .binary = true};
  TrainOptions options = quick_options();
  options.epochs = 20;
  options.tree_rounds = 100;
  const auto model = train_on(videos, 160, 40, options, target);
  const auto test = part_of(videos, 200, 300);
  std::vector<double> truth, chance;
  for (const auto& p : model.predict(0, features_of(test))) {
    chance.push_back(p.median);
    EXPECT_GE(p.low, 0);
    EXPECT_LE(p.high, 1);
  }
  for (const auto& video : test) truth.push_back(video.label.value);
  EXPECT_GT(area_under_roc(truth, chance, 0.5).value(), 0.75);
}

TEST(ForecastModel, ForecastSpeaksTheTargetsUnits) {
  const auto videos = synthetic_videos({.count = 120, .seed = 12});
  const auto model = train_on(videos, 90, 20, quick_options());
  const Forecast forecast = model.forecast(videos[115].features);
  EXPECT_GT(forecast.median, 100);
  EXPECT_LT(forecast.low, forecast.median);
  EXPECT_GT(forecast.high, forecast.median);
  EXPECT_GE(forecast.percentile, 0);
  EXPECT_LE(forecast.percentile, 100);
  EXPECT_GE(forecast.chance_of_top_tenth, 0);
  EXPECT_LE(forecast.chance_of_top_tenth, 1);
  EXPECT_EQ(forecast.target, "view_count");
}

TEST(ForecastModel, LabelsThatCannotBeModelledAreRefused) {
  auto videos = synthetic_videos({.count = 20, .seed = 13});
  videos[3].label = Quantity::exact(-5);
  EXPECT_THROW(train_on(videos, 15, 5, quick_options()), Error);
  auto different = synthetic_videos({.count = 20, .seed = 13});
  different[3].features.visual = testing::synthetic_vectors(9, 2, 0, 1, *std::make_unique<Random>(1));
  EXPECT_THROW(train_on(different, 15, 5, quick_options()), Error);
}

}  // namespace
}  // namespace foreview
