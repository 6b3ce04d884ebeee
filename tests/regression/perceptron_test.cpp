#include "regression/perceptron.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "explained.h"
#include "foreview/error.h"

namespace foreview {
namespace {

using testing::explained;

const PerceptronOptions small{.hidden = {32, 16}, .dropout = 0.1, .members = 3, .steps = 500, .learning_rate = 5e-3};

struct Law {
  Matrix rows;
  std::vector<double> labels;
};

/// A product of two columns, which no straight line finds; the third says nothing.
Law make_law(size_t count, uint64_t seed) {
  Random random(seed);
  Law law{Matrix(count, 3), {}};
  for (size_t r = 0; r < count; ++r) {
    for (double& value : law.rows.row(r)) value = random.normal();
    law.labels.push_back(law.rows.at(r, 0) * law.rows.at(r, 1) + 0.2 * random.normal());
  }
  return law;
}

Perceptron::Fitted fit(const Law& law, uint64_t seed = 1) {
  return Perceptron::fit(law.rows, {1, 1, 1}, law.labels, make_row_folds(law.labels.size(), 5, 1), small, seed);
}

TEST(Perceptron, FindsWhatNoStraightLineFinds) {
  const Law law = make_law(300, 1), fresh = make_law(200, 2);
  const auto fitted = fit(law);
  std::vector<double> predictions;
  for (size_t r = 0; r < fresh.labels.size(); ++r) predictions.push_back(fitted.perceptron.predict(fresh.rows.row(r)));
  EXPECT_GT(explained(predictions, fresh.labels), 0.6);
  EXPECT_GT(explained(fitted.out_of_fold, law.labels), 0.6);
}

TEST(Perceptron, OutOfFoldIsBlindToARowsOwnLabel) {
  Law law = make_law(60, 3);
  const auto before = fit(law);
  law.labels[7] += 30;
  const auto after = fit(law);
  ASSERT_GT(before.epochs, 0);
  if (before.epochs == after.epochs) {
    EXPECT_NEAR(before.out_of_fold[7], after.out_of_fold[7], 1e-6);
  }
  EXPECT_LT(std::abs(after.out_of_fold[7] - law.labels[7]), 40);
  EXPECT_GT(std::abs(after.out_of_fold[7] - law.labels[7]), 20) << "its own label leaked into it";
}

TEST(Perceptron, SameSeedSameNumbers) {
  const Law law = make_law(50, 4);
  EXPECT_EQ(fit(law).out_of_fold, fit(law).out_of_fold);
  EXPECT_NE(fit(law).out_of_fold, fit(law, 2).out_of_fold);
}

TEST(Perceptron, NothingToLearnIsTheMean) {
  Law law = make_law(40, 5);
  Random random(6);
  for (double& label : law.labels) label = 0;
  const auto fitted = fit(law);
  EXPECT_EQ(fitted.epochs, 0);
  EXPECT_EQ(fitted.perceptron.predict(law.rows.row(0)), 0);
}

TEST(Perceptron, ComesBackFromItsFileAndRefusesDamage) {
  const Law law = make_law(80, 7);
  const Perceptron perceptron = fit(law).perceptron;
  SafetensorsFile file;
  perceptron.store("p.", file);
  const Perceptron back = Perceptron::restore("p.", file, 3);
  EXPECT_EQ(back.predict(law.rows.row(0)), perceptron.predict(law.rows.row(0)));
  EXPECT_NE(back.predict(law.rows.row(0)), back.predict(law.rows.row(1)));
  const std::vector<double> unknown = {NAN, INFINITY, 1e300};
  EXPECT_TRUE(std::isfinite(back.predict(unknown)));
  EXPECT_THROW(Perceptron::restore("p.", file, 4), Error);
  file.tensors.erase("p.1.0.biases");
  EXPECT_THROW(Perceptron::restore("p.", file, 3), Error);
}

}  // namespace
}  // namespace foreview
