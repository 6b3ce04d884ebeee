#include "evaluation/fold_scores.h"

#include <gtest/gtest.h>

#include "core/random.h"
#include "foreview/error.h"

namespace foreview {
namespace {

/// The test rows of one fold: labels 0 and 1 in turn, a model that adds `offset` to a good score.
TestSet fold_of(const std::string& name, size_t rows, double offset, uint64_t seed) {
  Random random(seed);
  TestSet test;
  ModelPredictions good{.name = "foreview", .role = ModelRole::final_model};
  ModelPredictions mean{.name = "mean", .role = ModelRole::floor};
  for (size_t i = 0; i < rows; ++i) {
    test.ids.push_back(name + std::to_string(i));
    test.truth.push_back(static_cast<double>(i % 2));
    good.prediction.push_back(0.2 + 0.5 * test.truth.back() + 0.05 * random.normal() + offset);
    mean.prediction.push_back(0.5);
  }
  test.truth_raw = test.truth;
  test.models = {good, mean};
  return test;
}

EvaluationOptions binary_options() {
  EvaluationOptions options;
  options.target = "fight";
  options.transform = "none";
  options.split_kind = "author";
  options.binary = true;
  options.train = 80;
  return options;
}

TEST(FoldScores, EveryRowIsScoredOnceOverTheWholeSet) {
  std::vector<FoldedTest> seeds;
  for (int seed = 1; seed <= 2; ++seed)
    seeds.push_back(join_folds(seed, {fold_of("a", 30, 0, 10 + seed), fold_of("b", 20, 0, 20 + seed)}));
  EXPECT_EQ(seeds[0].rows.ids.size(), 50u);
  EXPECT_EQ(seeds[0].fold_of_row[29], 1);
  EXPECT_EQ(seeds[0].fold_of_row[30], 2);
  const FoldScores scores = score_folds(seeds, binary_options());
  EXPECT_EQ(scores.folds, 2);
  EXPECT_EQ(scores.seeds, 2);
  ASSERT_EQ(scores.models.size(), 2u);
  EXPECT_EQ(scores.models[0].name, "foreview");
  ASSERT_EQ(scores.models[0].by_seed.size(), 2u);
  EXPECT_GT(*scores.models[0].by_seed[1].auc, 0.99);
  EXPECT_EQ(scores.verdicts, (std::vector<Verdict>{Verdict::skill, Verdict::skill}));
}

TEST(FoldScores, RanksInsideFoldsDoNotMixTheModelsOfTwoFolds) {
  // The second fold's model says more for all: over both folds its negatives outrank the first one's positives.
  const FoldedTest joined = join_folds(1, {fold_of("a", 40, 0, 1), fold_of("b", 40, 2, 2)});
  const FoldScores scores = score_folds({joined}, binary_options());
  EXPECT_LT(*scores.models[0].by_seed[0].auc, 0.8);
  EXPECT_GT(scores.models[0].auc_inside_folds[0], 0.99);
}

TEST(FoldScores, ARowInTwoFoldsIsRefused) {
  EXPECT_THROW(join_folds(1, {fold_of("a", 4, 0, 1), fold_of("a", 4, 0, 2)}), Error);
}

TEST(FoldScores, ModelsThatAFoldLacksAreLeftOut) {
  TestSet short_one = fold_of("b", 20, 0, 2);
  short_one.models.pop_back();
  const FoldedTest joined = join_folds(1, {fold_of("a", 20, 0, 1), short_one});
  ASSERT_EQ(joined.rows.models.size(), 1u);
  EXPECT_EQ(joined.rows.models[0].name, "foreview");
}

TEST(FoldScores, SpreadIsTheDeviationOfOneSeed) {
  const auto spread = spread_of({1.0, 2.0, 3.0});
  ASSERT_TRUE(spread);
  EXPECT_DOUBLE_EQ(spread->mean, 2);
  EXPECT_DOUBLE_EQ(spread->deviation, 1);
  EXPECT_DOUBLE_EQ(spread_of({4.0})->deviation, 0);
  EXPECT_FALSE(spread_of({1.0, std::nullopt}));
  EXPECT_FALSE(spread_of({}));
}

TEST(FoldScores, JsonAndTableTellMeanAndSpread) {
  std::vector<FoldedTest> seeds;
  for (int seed = 1; seed <= 2; ++seed)
    seeds.push_back(join_folds(seed, {fold_of("a", 30, 0, 1), fold_of("b", 30, 0.2 * seed, 2)}));
  const FoldScores scores = score_folds(seeds, binary_options());
  const nlohmann::json json = scores.to_json();
  EXPECT_EQ(json["models"][0]["test"]["auc"]["by_seed"].size(), 2u);
  EXPECT_GT(json["models"][0]["test"]["auc"]["deviation"].get<double>(), 0);
  EXPECT_EQ(json["verdicts"].size(), 2u);
  const std::string table = scores.table();
  EXPECT_NE(table.find("60 videos, each tested once in 2 folds"), std::string::npos) << table;
  EXPECT_NE(table.find("±"), std::string::npos) << table;
}

}  // namespace
}  // namespace foreview
