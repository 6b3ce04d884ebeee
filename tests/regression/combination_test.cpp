#include "regression/combination.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/random.h"
#include "regression/folds.h"

namespace foreview {
namespace {

// Weights by folds of single rows.
PartValues weights_of(const std::vector<PartValues>& predictions, const std::vector<double>& labels) {
  return combine_parts(predictions, labels, make_row_folds(labels.size(), 5, 1)).weights;
}

TEST(Combination, PrefersTheBetterPartAndIsAsUsualWithFewRows) {
  Random random(2);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  for (int i = 0; i < 200; ++i) {
    labels.push_back(random.normal());
    predictions.push_back(
        {random.normal(), labels.back() + 0.1 * random.normal(), random.normal(), random.normal(), random.normal()});
  }
  const PartValues weights = weights_of(predictions, labels);
  EXPECT_GT(weights[1], 0.8);
  EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-12);
  predictions.resize(9);
  labels.resize(9);
  EXPECT_EQ(weights_of(predictions, labels), usual_weights);
}

TEST(Combination, WeighsByHowWellPartsComplementEachOther) {
  Random random(7);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  for (int i = 0; i < 4000; ++i) {
    labels.push_back(random.normal());
    // Two that complement each other three to one, and three of noise.
    predictions.push_back({labels.back() + 0.5 * random.normal(), labels.back() + std::sqrt(0.75) * random.normal(),
                           3 * random.normal(), 3 * random.normal(), 3 * random.normal()});
  }
  const PartValues weights = weights_of(predictions, labels);
  EXPECT_NEAR(weights[0], 0.75, 0.03);
  EXPECT_NEAR(weights[1], 0.25, 0.03);
  EXPECT_LT(weights[2] + weights[3] + weights[4], 0.01);
}

// One part is best on average thanks to one author's many videos, the other on nearly all authors.
TEST(Combination, DoesNotTrustAPartForOneAuthorsVideos) {
  Random random(5);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  std::vector<std::string> authors;
  for (size_t author = 0; author < 21; ++author)
    for (int video = 0; video < (author == 0 ? 150 : 3); ++video) {
      labels.push_back(random.normal());
      const double near = labels.back() + 0.3 * random.normal(), far = labels.back() + random.normal();
      predictions.push_back({3 * random.normal(), author == 0 ? near : far, 3 * random.normal(),
                             author == 0 ? far : near, 3 * random.normal()});
      authors.push_back(std::to_string(author));
    }
  const double by_videos = weights_of(predictions, labels)[1],
               by_authors = combine_parts(predictions, labels, make_folds(authors, 5, 1)).weights[1];
  EXPECT_GT(by_videos, 0.6);
  EXPECT_LT(by_authors, by_videos - 0.1);
}

TEST(Combination, ManyCopiesInOneGroupSayNoMoreThanOne) {
  Random random(11);
  std::vector<PartValues> predictions, copied;
  std::vector<double> labels, copied_labels;
  const Folds folds = make_row_folds(40, 5, 1);
  Folds copied_folds{.count = folds.count};
  for (size_t row = 0; row < 40; ++row) {
    labels.push_back(random.normal());
    predictions.push_back({labels.back() + 0.4 * random.normal(), labels.back() + random.normal(), random.normal(),
                           labels.back() + random.normal(), labels.back() + 0.5 * random.normal()});
    for (int copy = 0; copy < 10; ++copy) {
      copied.push_back(predictions.back());
      copied_labels.push_back(labels.back());
      copied_folds.of_row.push_back(folds.of_row[row]);
      copied_folds.group_of_row.push_back(folds.group_of_row[row]);
    }
  }
  const PartValues once = combine_parts(predictions, labels, folds).weights,
                   often = combine_parts(copied, copied_labels, copied_folds).weights;
  for (size_t part = 0; part < part_count; ++part) EXPECT_NEAR(once[part], often[part], 1e-9);
  copied_folds.group_of_row.clear();
  for (size_t row = 0; row < copied.size(); ++row) copied_folds.group_of_row.push_back(row);
  EXPECT_NE(once, combine_parts(copied, copied_labels, copied_folds).weights) << "the groups would not matter";
}

TEST(Combination, PartsWithoutSkillGetNothing) {
  Random random(9);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  for (int i = 0; i < 60; ++i) {
    labels.push_back(random.normal());
    predictions.push_back({0, 0.5 * labels.back(), 0, labels.back() + 0.3 * random.normal(), 0.01 * labels.back()});
  }
  PartValues weights = weights_of(predictions, labels);
  EXPECT_EQ(weights[0] + weights[2] + weights[4], 0) << "who says the mean would only shrink the others";
  EXPECT_GT(weights[1], 0.1) << "as usual, of the two that know something";
  for (PartValues& row : predictions) row = {0, 0, 0, 0, 0.001 * row[3]};
  weights = weights_of(predictions, labels);
  EXPECT_EQ(weights, PartValues{}) << "where none knows anything, the mean is all there is to say";
}

TEST(Combination, APartWithoutSkillHasNoClaimToItsUsualWeight) {
  Random random(14);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  for (int i = 0; i < 200; ++i) {
    const double known = random.normal();
    labels.push_back(known + random.normal());
    predictions.push_back({0, known, known, known, known});
  }
  const PartValues weights = weights_of(predictions, labels);
  EXPECT_EQ(weights[0], 0) << "who says the mean; its usual weight would cost next to nothing here";
  for (size_t part = 1; part < part_count; ++part) EXPECT_NEAR(weights[part], usual_weights[part] / 0.95, 1e-12);
}

TEST(Combination, ShrinkingDoesNotSpoilAPartThatIsFarBetter) {
  Random random(12);
  std::vector<PartValues> predictions;
  std::vector<double> labels;
  double alone = 0, combined = 0;
  for (int i = 0; i < 120; ++i) {
    labels.push_back(random.normal());
    const double poor = 0.1 * labels.back() + 0.2 * random.normal();
    predictions.push_back({poor, poor, poor, labels.back() + 0.1 * random.normal(), poor});
  }
  const PartValues weights = weights_of(predictions, labels);
  for (size_t row = 0; row < labels.size(); ++row) {
    alone += std::pow(predictions[row][3] - labels[row], 2);
    combined += std::pow(combine(weights, predictions[row]) - labels[row], 2);
  }
  EXPECT_LT(combined, 1.051 * alone);
}

}  // namespace
}  // namespace foreview
