#include "regression/floors.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"

namespace foreview {
namespace {

constexpr int rows = 60;

// Skewed labels with mean 0 (a few large ones), one metadata column that follows them half, and two authors.
struct Training {
  std::vector<TokenSequence> tokens;
  std::vector<std::string> authors;
  std::vector<double> labels;
  std::array<int, token_kinds> dimensions{};
};

Training training_rows() {
  Training training;
  training.dimensions[static_cast<size_t>(TokenKind::metadata)] = 1;
  Random random(5);
  double mean = 0;
  for (int i = 0; i < rows; ++i) training.labels.push_back(std::exp(random.normal()));
  for (double label : training.labels) mean += label / rows;
  for (double& label : training.labels) label -= mean;
  for (double label : training.labels) {
    const float column = static_cast<float>(label + 0.1 * random.normal());
    training.tokens.push_back({{.kind = TokenKind::metadata, .vector = {column}}});
    training.authors.push_back(label > 0 ? "lucky" : "unlucky");
  }
  return training;
}

Floors fitted(const Training& training) {
  return Floors::fit(training.tokens, training.dimensions, training.authors, training.labels,
                     make_row_folds(rows, 5, 1), 1);
}

TEST(Floors, SayTheMeanTheMedianTheAuthorAndWhatMetadataKnow) {
  const Training training = training_rows();
  const Floors floors = fitted(training);
  EXPECT_DOUBLE_EQ(floors.mean().median, 0);

  const double median = floors.median().median;
  int below = 0, above = 0;
  for (double label : training.labels) below += label<median, above += label> median;
  EXPECT_EQ(below, rows / 2);
  EXPECT_EQ(above, rows / 2);
  EXPECT_LT(median, -0.1) << "the labels are skewed";

  double lucky = 0;
  int count = 0;
  for (double label : training.labels)
    if (label > 0) lucky += label, ++count;
  const double own_mean = lucky / count;
  EXPECT_NEAR(floors.author_mean("lucky").median, own_mean, 0.25 * own_mean) << "shrunk to 0, a little";
  EXPECT_LT(floors.author_mean("lucky").median, own_mean);
  EXPECT_LT(floors.author_mean("unlucky").median, 0);
  EXPECT_NEAR(floors.author_mean("stranger").median, 0, 1e-9);

  for (int i = 0; i < rows; ++i)
    EXPECT_NEAR(floors.ridge_metadata(training.tokens[i]).median, training.labels[i], 0.6) << i;
}

TEST(Floors, IntervalsCoverAboutFourFifthsOfTheTrainingLabels) {
  const Training training = training_rows();
  const Floors floors = fitted(training);
  const auto covered = [&](const ScaledPrediction& p) {
    int inside = 0;
    for (double label : training.labels) inside += label >= p.median - p.below && label <= p.median + p.above;
    return inside / double{rows};
  };
  EXPECT_NEAR(covered(floors.mean()), 0.8, 0.06);
  EXPECT_NEAR(covered(floors.median()), 0.8, 0.06);
  EXPECT_LT(floors.ridge_metadata(training.tokens[0]).above, floors.mean().above) << "metadata knows more";
}

}  // namespace
}  // namespace foreview
