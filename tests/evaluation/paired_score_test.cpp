#include "evaluation/paired_score.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"

namespace foreview {
namespace {

using Rows = std::vector<double>;

TEST(PairedScore, kind_follows_the_labels) {
  EXPECT_EQ(score_kind_for(Rows{0, 1, 1}), ScoreKind::auc);
  EXPECT_EQ(score_kind_for(Rows{0, 1, 2}), ScoreKind::r_squared);
  EXPECT_EQ(score_of(ScoreKind::auc, Rows{0, 1, 0, 1}, Rows{1, 2, 3, 4}), 0.75);
  EXPECT_TRUE(std::isnan(score_of(ScoreKind::auc, Rows{1, 1}, Rows{1, 2})));
}

TEST(PairedScore, a_better_model_gains_and_an_equal_one_does_not) {
  Random random(5);
  Rows truth, good, noise;
  std::vector<std::string> groups;
  for (int i = 0; i < 300; ++i) {
    truth.push_back(random.normal());
    good.push_back(truth.back() + 0.3 * random.normal());
    noise.push_back(random.normal());
    groups.push_back("group " + std::to_string(i % 30));
  }
  const PairedGain gain = paired_group_bootstrap(ScoreKind::r_squared, truth, {good}, {noise}, groups, 500, 1);
  EXPECT_GT(gain.low, 0.5);
  EXPECT_LE(gain.low, gain.gain);
  EXPECT_GE(gain.high, gain.gain);
  const PairedGain same = paired_group_bootstrap(ScoreKind::r_squared, truth, {good}, {good}, groups, 500, 1);
  EXPECT_EQ(same.gain, 0);
  EXPECT_EQ(same.low, 0);
  const PairedGain both = paired_group_bootstrap(ScoreKind::r_squared, truth, {good, noise}, {noise}, groups, 500, 1);
  EXPECT_NEAR(both.gain, gain.gain / 2, 1e-9) << "scores of several seeds are averaged";
}

TEST(PairedScore, rows_of_one_group_are_no_independent_witnesses) {
  // 200 rows that are 4 rows repeated: by groups the interval is far wider.
  Rows truth, good, bad;
  std::vector<std::string> groups, none(200);
  Random random(2);
  const double t[] = {0, 1, 2, 3, 4, 5}, g[] = {0.2, 2, 1, 3.4, 3.1, 5.5}, b[] = {1, 0.5, 2.5, 2, 4.5, 4};
  for (int i = 0; i < 200; ++i) {
    truth.push_back(t[i % 6]), good.push_back(g[i % 6]), bad.push_back(b[i % 6]);
    groups.push_back("g" + std::to_string(i % 6));
  }
  const PairedGain grouped = paired_group_bootstrap(ScoreKind::r_squared, truth, {good}, {bad}, groups, 500, 1);
  const PairedGain single = paired_group_bootstrap(ScoreKind::r_squared, truth, {good}, {bad}, none, 500, 1);
  EXPECT_EQ(grouped.gain, single.gain);
  EXPECT_GT(grouped.high - grouped.low, 3 * (single.high - single.low));
}

}  // namespace
}  // namespace foreview
