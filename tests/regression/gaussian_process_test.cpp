#include "regression/gaussian_process.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "explained.h"
#include "foreview/error.h"

namespace foreview {
namespace {

using testing::explained;

GaussianProcessRows number_rows(Matrix numbers) {
  GaussianProcessRows rows{
      .numbers = std::move(numbers), .group_of_column = {}, .is_narrow = {true}, .text = {}, .text_ends = {}};
  rows.group_of_column.assign(rows.numbers.cols, 0);
  rows.text.resize(rows.numbers.rows);
  return rows;
}

struct Law {
  GaussianProcessRows rows;
  std::vector<double> labels;
};

/// A bend along the first of three columns, a straight line along the second, noise that grows with the third.
Law make_law(size_t count, uint64_t seed) {
  Random random(seed);
  Matrix numbers(count, 3);
  Law law;
  for (size_t r = 0; r < count; ++r) {
    for (double& value : numbers.row(r)) value = random.normal();
    const double noise = 0.2 * std::exp(0.6 * numbers.at(r, 2)) * random.normal();
    law.labels.push_back(std::sin(2 * numbers.at(r, 0)) + 0.5 * numbers.at(r, 1) + noise);
  }
  law.rows = number_rows(std::move(numbers));
  return law;
}

TEST(GaussianProcess, TwoRowsAgreeWithTheClosedForm) {
  // Before a step of learning every hyperparameter is where its prior is centred: Matérn variance 0.3 at length √2,
  // linear variance 0.05, constant 1, noise 0.5 (and the floor under it).
  Matrix numbers(2, 1);
  numbers.values = {-1, 1};
  const std::vector<double> labels = {-0.8, 1.3};
  const auto process =
      GaussianProcess::fit(number_rows(numbers), labels, make_row_folds(2, 2, 1), {.steps = 0}, 1).process;
  const auto kernel = [](double a, double b) {
    const double r = std::sqrt(3.0) * std::abs(a - b) / std::sqrt(2.0);
    return 0.3 * (1 + r) * std::exp(-r) + 0.05 * a * b + 1;
  };
  const double diagonal = kernel(1, 1) + 0.5 + 1e-3, between = kernel(-1, 1);
  const double determinant = diagonal * diagonal - between * between;
  const double first = (diagonal * labels[0] - between * labels[1]) / determinant;
  const double second = (diagonal * labels[1] - between * labels[0]) / determinant;
  for (const double place : {-1.0, 0.25, 3.0})
    EXPECT_NEAR(process.predict(std::vector<double>{place}, {}), first * kernel(place, -1) + second * kernel(place, 1),
                1e-4);
  EXPECT_NEAR(process.spread(std::vector<double>{0.0}), std::sqrt(0.501), 1e-9);
}

TEST(GaussianProcess, FindsBendsLinesAndWhereTheNoiseIs) {
  const Law law = make_law(300, 1), fresh = make_law(200, 2);
  const auto fitted = GaussianProcess::fit(law.rows, law.labels, make_row_folds(300, 5, 1), {}, 1);
  std::vector<double> predictions;
  for (size_t r = 0; r < fresh.labels.size(); ++r)
    predictions.push_back(fitted.process.predict(fresh.rows.numbers.row(r), {}));
  EXPECT_GT(explained(predictions, fresh.labels), 0.75) << "noise leaves 0.89";
  EXPECT_GT(explained(fitted.out_of_fold, law.labels), 0.75);
  const std::vector<double> quiet = {0, 0, -1}, loud = {0, 0, 1};
  EXPECT_GT(fitted.process.spread(loud), 1.3 * fitted.process.spread(quiet));
}

TEST(GaussianProcess, OutOfFoldIsWhatTheOtherRowsPredict) {
  Law law = make_law(60, 3);
  const Folds folds = make_row_folds(60, 5, 1);
  const GaussianProcessOptions quick{.steps = 20};
  const auto before = GaussianProcess::fit(law.rows, law.labels, folds, quick, 1);
  law.labels[7] += 100;
  const auto after = GaussianProcess::fit(law.rows, law.labels, folds, quick, 1);
  for (const size_t row : folds.inside(folds.of_row[7])) {
    EXPECT_EQ(before.out_of_fold[row], after.out_of_fold[row]) << "no label of a fold moves what its rows are told";
    EXPECT_EQ(before.spread[row], after.spread[row]);
  }
  const auto fold = static_cast<size_t>(folds.of_row[7]);
  for (const size_t row : folds.outside(folds.of_row[7]))
    EXPECT_EQ(before.lessons.of_fold[fold][row], after.lessons.of_fold[fold][row]) << "nor what others learn there";
  EXPECT_NE(before.lessons.of_all[8], after.lessons.of_all[8]);
  EXPECT_GT(std::abs(before.process.predict(law.rows.numbers.row(7), {}) -
                     after.process.predict(law.rows.numbers.row(7), {})),
            1);
}

TEST(GaussianProcess, FollowsLessonsThatServeTheLeftOutRowsAndNoOthers) {
  Law law = make_law(120, 6);
  Random random(7);
  const Folds folds = make_row_folds(120, 5, 1);
  const GaussianProcessOptions quick{.steps = 20, .starts = 1};
  Lessons good{.of_fold = {}, .of_all = {}}, noise = good;
  for (size_t row = 0; row < 120; ++row) {
    good.of_all.push_back(std::sin(2 * law.rows.numbers.at(row, 0)) + 0.5 * law.rows.numbers.at(row, 1));
    noise.of_all.push_back(3 * random.normal());
    law.labels[row] += 0.8 * random.normal();
  }
  good.of_fold.assign(5, good.of_all);
  noise.of_fold.assign(5, noise.of_all);
  const auto alone = GaussianProcess::fit(law.rows, law.labels, folds, quick, 1);
  const auto taught = GaussianProcess::fit(law.rows, law.labels, folds, quick, 1, good);
  const auto misled = GaussianProcess::fit(law.rows, law.labels, folds, quick, 1, noise);
  EXPECT_GT(explained(taught.out_of_fold, good.of_all), explained(alone.out_of_fold, good.of_all) + 0.02);
  EXPECT_EQ(taught.labels.all()[3], 0.5 * (law.labels[3] + good.of_all[3]));
  EXPECT_EQ(misled.out_of_fold, alone.out_of_fold);
  EXPECT_EQ(misled.labels.all(), law.labels);
  const auto place = law.rows.numbers.row(5);
  EXPECT_EQ(misled.process.predict(place, {}), alone.process.predict(place, {}));
  EXPECT_NE(taught.process.predict(place, {}), alone.process.predict(place, {}));
}

TEST(GaussianProcess, SupportsComeCloseToAllRows) {
  const Law law = make_law(400, 4);
  const Folds folds = make_row_folds(400, 5, 1);
  const auto exact = GaussianProcess::fit(law.rows, law.labels, folds, {}, 1);
  const auto sparse = GaussianProcess::fit(law.rows, law.labels, folds, {.most_exact = 100, .supports = 150}, 1);
  EXPECT_GT(explained(sparse.out_of_fold, law.labels), explained(exact.out_of_fold, law.labels) - 0.08);
}

TEST(GaussianProcess, WordsCount) {
  Random random(5);
  GaussianProcessRows rows = number_rows(Matrix(200, 1));
  rows.text_ends = {4, 6};
  std::vector<double> labels;
  for (size_t r = 0; r < 200; ++r) {
    const int word = static_cast<int>(random.below(4)), fact = static_cast<int>(random.below(2));
    rows.text[r] = {{word, 1.0}, {4 + fact, 1.0}};
    labels.push_back((word == 2 ? 1.5 : -0.5) + fact - 0.5 + 0.1 * random.normal());
  }
  const auto fitted = GaussianProcess::fit(rows, labels, make_row_folds(200, 5, 1), {}, 1);
  EXPECT_GT(explained(fitted.out_of_fold, labels), 0.9);
  EXPECT_NEAR(fitted.process.predict(std::vector<double>{0.0}, {{2, 1.0}, {5, 1.0}}), 2, 0.2);
}

TEST(GaussianProcess, LongerTextsCountForMoreWhereThatPredicts) {
  Random random(9);
  GaussianProcessRows rows = number_rows(Matrix(200, 1));
  rows.text_ends = {4};
  std::vector<double> counted, shares;
  for (size_t r = 0; r < 200; ++r) {
    const double good = static_cast<double>(random.below(4)), bad = static_cast<double>(random.below(4));
    if (good > 0) rows.text[r].emplace_back(1, good);
    if (bad > 0) rows.text[r].emplace_back(3, bad);
    counted.push_back(good - bad + 0.1 * random.normal());
    shares.push_back((good - bad) / std::max(1.0, std::hypot(good, bad)) + 0.1 * random.normal());
  }
  const Folds folds = make_row_folds(200, 5, 1);
  const auto of_counted = GaussianProcess::fit(rows, counted, folds, {}, 1);
  EXPECT_GT(explained(of_counted.out_of_fold, counted), 0.97);
  EXPECT_GT(explained(GaussianProcess::fit(rows, shares, folds, {}, 1).out_of_fold, shares), 0.95);
  const auto says = [&](const SparseRow& words) { return of_counted.process.predict(std::vector<double>{0.0}, words); };
  EXPECT_NEAR(says({{1, 3.0}}) - says({{1, 1.0}}), 2, 0.3);
  SafetensorsFile file;
  of_counted.process.store("kernel.", file);
  EXPECT_EQ(GaussianProcess::restore("kernel.", file, 1, 4).predict(std::vector<double>{0.0}, {{1, 3.0}}),
            says({{1, 3.0}}));
  file.tensors.erase("kernel.exponents");
  EXPECT_THROW(GaussianProcess::restore("kernel.", file, 1, 4), Error);
}

TEST(GaussianProcess, WordsMayMeanTheOppositeElsewhere) {
  Random random(8);
  GaussianProcessRows rows = number_rows(Matrix(240, 2));
  rows.text_ends = {2, 2, 2};
  rows.product_blocks = 1;
  std::vector<double> labels;
  for (size_t r = 0; r < 240; ++r) {
    for (double& value : rows.numbers.row(r)) value = random.normal();
    const int word = static_cast<int>(random.below(2));
    rows.text[r] = {{word, 1.0}};
    labels.push_back((word == 0 ? 1 : -1) * (rows.numbers.at(r, 0) > 0 ? 1 : -1) + 0.2 * random.normal());
  }
  const auto fitted = GaussianProcess::fit(rows, labels, make_row_folds(240, 5, 1), {}, 1);
  EXPECT_GT(explained(fitted.out_of_fold, labels), 0.6);
  const std::vector<double> here = {1.2, 0}, there = {-1.2, 0};
  SafetensorsFile file;
  fitted.process.store("kernel.", file);
  const auto back = GaussianProcess::restore("kernel.", file, 2, 2);
  EXPECT_GT(back.predict(here, {{0, 1.0}}), 0.5);
  EXPECT_LT(back.predict(here, {{1, 1.0}}), -0.5);
  EXPECT_LT(back.predict(there, {{0, 1.0}}), -0.5);
  file.tensors.erase("kernel.support_words.values");
  EXPECT_THROW(GaussianProcess::restore("kernel.", file, 2, 2), Error);
}

TEST(GaussianProcess, PredictsWithTheKernelItWasFittedWith) {
  Random random(11);
  GaussianProcessRows rows = number_rows(Matrix(200, 3));
  rows.text_ends = {3};
  rows.product_blocks = 1;
  std::vector<double> labels;
  for (size_t r = 0; r < 200; ++r) {
    for (double& value : rows.numbers.row(r)) value = random.normal();
    rows.text[r] = {{static_cast<int>(random.below(3)), 1.0}};
    labels.push_back(rows.text[r][0].first == 1 ? 2 * rows.numbers.at(r, 1) : -rows.numbers.at(r, 1));
  }
  const Folds folds = make_row_folds(200, 5, 1);
  const GaussianProcessOptions unlearnt{.steps = 0};
  const auto all = GaussianProcess::fit(rows, labels, folds, unlearnt, 1);
  // The same from the other folds' rows alone; their means and deviations are slightly different.
  GaussianProcessRows others = number_rows(Matrix(160, 3));
  others.text_ends = rows.text_ends;
  others.product_blocks = 1;
  std::vector<double> other_labels;
  for (size_t r = 0; const size_t row : folds.outside(0)) {
    std::ranges::copy(rows.numbers.row(row), others.numbers.row(r).begin());
    others.text[r++] = rows.text[row];
    other_labels.push_back(labels[row]);
  }
  const auto process = GaussianProcess::fit(others, other_labels, make_row_folds(160, 5, 1), unlearnt, 1).process;
  for (const size_t row : folds.inside(0))
    EXPECT_NEAR(process.predict(rows.numbers.row(row), rows.text[row]), all.out_of_fold[row], 0.15);
}

TEST(GaussianProcess, ComesBackFromItsFileAndRefusesDamage) {
  const Law law = make_law(40, 6);
  const auto process = GaussianProcess::fit(law.rows, law.labels, make_row_folds(40, 5, 1), {.steps = 5}, 1).process;
  SafetensorsFile file;
  process.store("kernel.", file);
  const auto back = GaussianProcess::restore("kernel.", file, 3, 0);
  EXPECT_EQ(back.predict(law.rows.numbers.row(0), {}), process.predict(law.rows.numbers.row(0), {}));
  EXPECT_EQ(back.spread(law.rows.numbers.row(0)), process.spread(law.rows.numbers.row(0)));
  EXPECT_THROW(GaussianProcess::restore("kernel.", file, 4, 0), Error);
  EXPECT_THROW(GaussianProcess::restore("kernel.", file, 3, 7), Error);
  file.tensors.erase("kernel.support_weights");
  EXPECT_THROW(GaussianProcess::restore("kernel.", file, 3, 0), Error);
}

TEST(GaussianProcess, SurvivesConstantsAndUnknowns) {
  Law law = make_law(30, 7);
  for (size_t r = 0; r < 30; ++r) law.rows.numbers.at(r, 0) = 5, law.rows.numbers.at(r, 1) = r % 3 ? NAN : INFINITY;
  std::ranges::fill(law.labels, 0.0);
  const auto process = GaussianProcess::fit(law.rows, law.labels, make_row_folds(30, 5, 1), {}, 1).process;
  EXPECT_NEAR(process.predict(std::vector<double>{900, 1, NAN}, {}), 0, 1e-6) << "a column that was constant";
  EXPECT_TRUE(std::isfinite(process.spread(std::vector<double>{INFINITY, 1e300, 0})));
}

}  // namespace
}  // namespace foreview
