#include "regression/gaussian_process_learning.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/random.h"

namespace foreview {
namespace {

struct Problem {
  GaussianProcessRows rows;
  CovariancePoints points;
  at::Tensor labels;
};

/// Thirty rows of twelve numbers, of which the product of two counts.
Problem problem(uint64_t seed) {
  constexpr size_t count = 30, columns = 12;
  Random random(seed);
  Problem problem;
  problem.rows.numbers = Matrix(count, columns);
  for (double& value : problem.rows.numbers.values) value = random.normal();
  problem.rows.group_of_column.assign(columns, 0);
  problem.rows.is_narrow = {true};
  problem.rows.text.resize(count);
  std::vector<double> labels;
  for (size_t row = 0; row < count; ++row)
    labels.push_back(problem.rows.numbers.at(row, 0) * problem.rows.numbers.at(row, 1) + 0.1 * random.normal());
  problem.points.numbers = torch::tensor(problem.rows.numbers.values, torch::kFloat64)
                               .view({static_cast<int64_t>(count), static_cast<int64_t>(columns)});
  problem.points.text = problem.rows.text;
  problem.points.text_lengths = torch::zeros({count, 0}, torch::kFloat64);
  problem.labels = torch::tensor(labels, torch::kFloat64);
  return problem;
}

/// What the learnt hyperparameters are worth: the negative logarithm of their posterior.
double reached(const Problem& of, const GaussianProcessOptions& options) {
  return learn_covariance(of.rows, of.points, of.labels, options, 1).learn(of.points, of.labels, 0);
}

TEST(GaussianProcessLearning, FewRowsAreLearntFromSeveralPlaces) {
  double gained = 0;
  for (const uint64_t seed : {1, 2, 3, 4}) {
    const Problem few = problem(seed);
    const double one = reached(few, {.starts = 1}), several = reached(few, {.starts = 4});
    EXPECT_LT(several, one + 0.1) << "the usual place is one of them";
    gained += one - several;
    EXPECT_EQ(reached(few, {.starts = 4, .most_scattered = 29}), reached(few, {.starts = 1, .most_scattered = 0}))
        << "more rows than that have one start";
  }
  EXPECT_GT(gained, 0.5);
}

/// Forty rows whose numbers, some narrow and some an embedding's, turn what three blocks of words mean.
Problem problem_with_words() {
  constexpr size_t count = 40, columns = 5;
  Random random(3);
  Problem problem;
  problem.rows.group_of_column = {0, 0, 1, 1, 1};
  problem.rows.is_narrow = {true, false};
  problem.rows.text_ends = {4, 8, 10};
  problem.rows.product_blocks = 2;
  problem.rows.numbers = Matrix(count, columns);
  for (double& value : problem.rows.numbers.values) value = random.normal();
  problem.rows.text.resize(count);
  std::vector<double> labels;
  for (SparseRow& row : problem.rows.text) {
    for (int word = 0; word < 10; ++word)
      if (random.uniform() < 0.4) row.emplace_back(word, random.normal());
    labels.push_back(random.normal());
  }
  problem.points = {.numbers = torch::tensor(problem.rows.numbers.values, torch::kFloat64).view({count, columns}),
                    .text = problem.rows.text,
                    .text_lengths = torch::linspace(-1.5, 1, count * 3, torch::kFloat64).view({count, 3})};
  problem.labels = torch::tensor(labels, torch::kFloat64);
  return problem;
}

TEST(GaussianProcessLearning, TheGradientIsThatOfFiniteDifferences) {
  const Problem all = problem_with_words();
  Covariance covariance(all.rows);
  covariance.scatter(4);
  covariance.learn(all.points, all.labels, 5);            // away from where the priors have no slope
  covariance.parameters().back()->slice(0, 1).add_(1.5);  // moves the noise of some rows to its bounds
  const auto products = covariance.text_products(all.points, all.points);
  const auto surprise = [&] { return covariance.surprise(all.points, all.labels, products); };
  const std::vector<at::Tensor> gradient = surprise().gradient;
  ASSERT_EQ(gradient.size(), covariance.parameters().size());
  for (size_t which = 0; which < gradient.size(); ++which) {
    at::Tensor& parameter = *covariance.parameters()[which];
    ASSERT_EQ(gradient[which].sizes(), parameter.sizes());
    for (int64_t i = 0; i < parameter.size(0); ++i) {
      const double before = parameter[i].item<double>(), step = 1e-5;
      parameter[i] = before + step;
      const double above = surprise().value;
      parameter[i] = before - step;
      const double below = surprise().value;
      parameter[i] = before;
      EXPECT_NEAR(gradient[which][i].item<double>(), (above - below) / (2 * step), 1e-6) << which << ", " << i;
    }
  }
}

TEST(GaussianProcessLearning, LeftOutIsWhatAProcessWithoutTheRowSays) {
  const Problem all = problem(5);
  const Covariance covariance(all.rows);
  std::vector<size_t> others(29);
  std::iota(others.begin(), others.end(), 1);
  const double expected = FactorisedRows(covariance, all.points.take(others), {}, 1)
                              .learn(all.labels.slice(0, 1))
                              .predict(all.points.take({0}))
                              .item<double>();
  const GaussianProcessOptions exact, supported{.most_exact = 0, .supports = 1000};
  for (const auto& options : {exact, supported})
    EXPECT_NEAR(FactorisedRows(covariance, all.points, options, 1).left_out(all.labels)[0].item<double>(), expected,
                1e-4);
}

}  // namespace
}  // namespace foreview
