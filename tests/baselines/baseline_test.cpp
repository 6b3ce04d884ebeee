#include "baselines/baseline.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "evaluation/metrics.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

constexpr int train_rows = 60, test_rows = 30;

/// Videos of 6 frames of 16 x 16 pixels in which a bright bar stands where it is, or moves down.
Tracks make_video(bool moves, Random& random) {
  Frames frames{.width = 16, .height = 16, .pixels = {}, .times = {}, .content_box = {0, 0, 16, 16}};
  const auto start = static_cast<int>(random.below(4));
  for (int t = 0; t < 6; ++t) {
    const int top = start + (moves ? 2 * t : 4);
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 16 * 3; ++x)
        frames.pixels.push_back(y >= top && y < top + 4 ? uint8_t{220} : static_cast<uint8_t>(30 + random.below(20)));
    frames.times.push_back(0.25 * t);
  }
  Tracks tracks;
  tracks.frames = std::move(frames);
  tracks.duration = 1.5;
  return tracks;
}

/// Half of the videos move; the label tells which. The metadata's first number tells it, too, with noise.
class BaselineTest : public ::testing::Test {
 protected:
  BaselineTask make_task() {
    BaselineTask task{.target = {.name = "moves", .transform = Transform::none, .binary = true}};
    Random random(3);
    for (int i = 0; i < train_rows + test_rows; ++i) {
      const bool moves = i % 2 == 0;
      VideoFeatures features;
      features.id = "v" + std::to_string(i);
      features.metadata = {static_cast<float>(moves + 0.2 * random.normal()), NAN};
      const auto file = folder_.path() / (features.id + ".safetensors");
      write_tracks(file, make_video(moves, random));
      if (i < train_rows) {
        task.train.push_back({std::move(features), Quantity::exact(moves ? 1 : 0)});
        task.train_tracks.push_back(file);
      } else {
        task.test.push_back(std::move(features));
        task.test_tracks.push_back(file);
        truth_.push_back(moves ? 1 : 0);
      }
    }
    return task;
  }
  double auc(const std::optional<std::vector<Prediction>>& predictions) const {
    std::vector<double> medians;
    for (const Prediction& one : predictions.value()) medians.push_back(one.median);
    return area_under_roc(truth_, medians, 0.5).value();
  }
  static BaselineOptions small() {
    BaselineOptions options;
    options.frames = 6;
    options.width = options.height = 16;
    options.epochs = 12;
    options.batch = 8;
    options.learning_rate = 3e-3;
    return options;
  }

  testing::TemporaryFolder folder_;
  std::vector<double> truth_;
};

TEST_F(BaselineTest, EachLearnsWhatItReads) {
  const BaselineTask task = make_task();
  for (const char* name : {"xgboost_metadata", "cnn_gru", "cnn3d"})
    EXPECT_GT(auc(baseline_predictions(name, task, small(), 1, Device{})), 0.9) << name;
}

TEST_F(BaselineTest, SameSeedSameNumbersAndIntervalsHoldTheMedian) {
  const BaselineTask task = make_task();
  for (const char* name : {"xgboost_metadata", "cnn_gru", "cnn3d"}) {
    BaselineOptions options = small();
    options.epochs = 2;
    const auto one = baseline_predictions(name, task, options, 7, Device{}).value();
    const auto two = baseline_predictions(name, task, options, 7, Device{}).value();
    ASSERT_EQ(one.size(), static_cast<size_t>(test_rows));
    for (size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(one[i].median, two[i].median) << name;
      EXPECT_LE(one[i].low, one[i].median);
      EXPECT_LE(one[i].median, one[i].high);
    }
  }
}

TEST_F(BaselineTest, VideosWithoutPicturesAreToldTheMean) {
  BaselineTask task = make_task();
  task.test_tracks[0].clear();
  BaselineOptions options = small();
  options.epochs = 3;
  const auto predictions = baseline_predictions("cnn3d", task, options, 1, Device{}).value();
  EXPECT_NEAR(predictions[0].median, 0.5, 1e-6);
  EXPECT_NE(predictions[1].median, predictions[0].median);
}

TEST_F(BaselineTest, NothingToReadIsNoBaseline) {
  BaselineTask task = make_task();
  for (auto& tracks : task.train_tracks) tracks.clear();
  for (LabelledVideo& video : task.train) video.features.metadata.clear();
  for (const char* name : {"xgboost_metadata", "cnn_gru", "cnn3d"})
    EXPECT_FALSE(baseline_predictions(name, task, small(), 1, Device{})) << name;
}

TEST_F(BaselineTest, ATimeLimitOfNothingStillAnswers) {
  const BaselineTask task = make_task();
  BaselineOptions options = small();
  options.epochs = 100000;
  options.time_limit = 0;
  EXPECT_EQ(baseline_predictions("cnn_gru", task, options, 1, Device{}).value().size(), static_cast<size_t>(test_rows));
}

TEST(BaselineNames, AreCheckedAndFloorsAreNotTrainedTwice) {
  EXPECT_EQ(chosen_baselines("cnn3d,constants,xgboost_metadata,cnn3d"),
            (std::vector<std::string>{"xgboost_metadata", "cnn3d"}));
  EXPECT_TRUE(chosen_baselines("").empty());
  try {
    chosen_baselines("cnn_grue");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("cnn_gru"), std::string::npos);
  }
}

}  // namespace
}  // namespace foreview
