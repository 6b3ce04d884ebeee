#include "regression/ridge.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "evaluation/metrics.h"
#include "regression/linear_data.h"

namespace foreview {
namespace {

using testing::linear_data;

double error_of(const std::vector<double>& a, const std::vector<double>& b) { return mean_squared_error(a, b); }

TEST(Ridge, FindsALineAmongMoreColumnsThanRows) {
  const auto data = linear_data(40, 80, 0.1, 5), fresh = linear_data(200, 80, 0.1, 6);
  const auto fitted = Ridge::fit(data.rows, std::vector<int>(80, 0), data.labels, make_row_folds(40, 5, 1));
  std::vector<double> predicted;
  for (size_t r = 0; r < fresh.rows.rows; ++r) predicted.push_back(fitted.ridge.predict(fresh.rows.row(r)));
  EXPECT_LT(error_of(fresh.labels, predicted), 4.4) << "the variance of the labels is 5";
  const auto few = linear_data(300, 5, 0.1, 7);
  const auto exact = Ridge::fit(few.rows, std::vector<int>(5, 0), few.labels, make_row_folds(300, 5, 1));
  std::vector<double> exactly;
  for (size_t r = 0; r < few.rows.rows; ++r) exactly.push_back(exact.ridge.predict(few.rows.row(r)));
  EXPECT_LT(error_of(few.labels, exactly), 0.02);
}

TEST(Ridge, ABlockThatTellsNothingCountsForLess) {
  const auto data = linear_data(70, 300, 0.3, 5), fresh = linear_data(200, 300, 0, 9);
  std::vector<int> blocks(300, 1);
  for (size_t c = 0; c < 4; ++c) blocks[c] = 0;
  const auto error = [&](bool weigh_blocks) {
    const auto fit = weigh_blocks ? Ridge::fit_weighing_blocks : Ridge::fit;
    const auto fitted = fit(data.rows, blocks, data.labels, make_row_folds(70, 5, 1));
    std::vector<double> predicted;
    for (size_t r = 0; r < 200; ++r) predicted.push_back(fitted.ridge.predict(fresh.rows.row(r)));
    EXPECT_NEAR(error_of(data.labels, fitted.out_of_fold), error_of(fresh.labels, predicted), 0.5);
    return error_of(fresh.labels, predicted);
  };
  EXPECT_LT(error(true), 0.5 * error(false));
}

// With choices among blocks even what every other fold's models learnt from a fold's labels tells about them.
TEST(Ridge, LabelsOfAFoldHaveNoSayInWhatIsPredictedForIt) {
  auto data = linear_data(60, 40, 0.3, 5);
  std::vector<int> blocks(40);
  for (size_t c = 0; c < 40; ++c) blocks[c] = static_cast<int>(c / 4);
  const Folds folds = make_row_folds(60, 5, 1);
  const auto before = Ridge::fit_weighing_blocks(data.rows, blocks, data.labels, folds).out_of_fold;
  Random random(2);
  for (const size_t row : folds.inside(1)) data.labels[row] = 5 * random.normal();
  const auto after = Ridge::fit_weighing_blocks(data.rows, blocks, data.labels, folds).out_of_fold;
  for (const size_t row : folds.inside(1)) EXPECT_NEAR(after[row], before[row], 1e-9);
  EXPECT_GT(error_of(before, after), 1e-4) << "in other folds they have";
}

TEST(Ridge, AxesCountAsMuchAsTheySpread) {
  Random random(3);
  const auto draw = [&](size_t count, Matrix& rows, std::vector<double>& labels) {
    rows = Matrix(count, 60);
    for (size_t r = 0; r < count; ++r) {
      for (size_t c = 0; c < 60; ++c) rows.at(r, c) = random.normal() / (1.0 + static_cast<double>(c));
      labels.push_back(rows.at(r, 0) + 2 * rows.at(r, 1) + random.normal());
    }
  };
  Matrix rows, fresh;
  std::vector<double> labels, fresh_labels;
  draw(80, rows, labels);
  draw(400, fresh, fresh_labels);
  const auto error = [&](const ColumnBlocks& blocks) {
    const auto fitted = Ridge::fit(rows, blocks, labels, make_row_folds(80, 5, 1));
    std::vector<double> predicted;
    for (size_t r = 0; r < 400; ++r) predicted.push_back(fitted.ridge.predict(fresh.row(r)));
    return error_of(fresh_labels, predicted);
  };
  const std::vector<int> block(60, 0);
  EXPECT_LT(error({block, {0}}), 0.8 * error({block, {}})) << "the weak axes are noise";
  EXPECT_EQ(error({block, {1}}), error(block));
}

TEST(Ridge, SaysTheMeanWhenThereIsNothingToLearn) {
  auto data = linear_data(100, 30, 0, 5);
  Random random(8);
  for (double& label : data.labels) label = 3 + random.normal();
  const auto fitted = Ridge::fit(data.rows, std::vector<int>(30, 0), data.labels, make_row_folds(100, 5, 1));
  std::vector<double> predicted;
  const auto fresh = linear_data(100, 30, 0, 9);
  for (size_t r = 0; r < 100; ++r) predicted.push_back(fitted.ridge.predict(fresh.rows.row(r)) - 3);
  EXPECT_LT(error_of(predicted, std::vector<double>(100, 0.0)), 0.15);
}

TEST(Ridge, MissingValuesCountAsTheMean) {
  auto data = linear_data(60, 4, 0.1, 5);
  data.rows.at(3, 0) = NAN;
  data.rows.at(4, 1) = INFINITY;
  const auto fitted = Ridge::fit(data.rows, std::vector<int>(4, 0), data.labels, make_row_folds(60, 5, 1));
  EXPECT_TRUE(std::isfinite(fitted.ridge.predict(data.rows.row(3))));
  EXPECT_TRUE(std::isfinite(fitted.ridge.predict(std::vector<double>(4, NAN))));
}

}  // namespace
}  // namespace foreview
