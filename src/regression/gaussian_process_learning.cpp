#include "regression/gaussian_process_learning.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/random.h"

namespace foreview {
namespace {

constexpr size_t chunk = 2000;  // rows against all supports at a time: bounds memory

std::vector<size_t> some_rows(size_t count, size_t most, uint64_t seed) {
  std::vector<size_t> rows(count);
  std::iota(rows.begin(), rows.end(), 0);
  if (count <= most) return rows;
  Random random(seed);
  random.shuffle(std::span(rows));
  rows.resize(most);
  std::ranges::sort(rows);
  return rows;
}

template <typename Use>
void for_chunks(const CovariancePoints& points, const Use& use) {
  for (size_t first = 0; first < points.text.size(); first += chunk) {
    std::vector<size_t> rows(std::min(chunk, points.text.size() - first));
    std::iota(rows.begin(), rows.end(), first);
    use(rows, points.take(rows));
  }
}

at::Tensor solved(const at::Tensor& matrix, const at::Tensor& right) {
  return torch::cholesky_solve(right.unsqueeze(1), torch::linalg_cholesky(matrix, false)).squeeze(1);
}

at::Tensor exact_weights(const Covariance& covariance, const CovariancePoints& points, const at::Tensor& labels) {
  at::Tensor matrix = covariance.between(points, points);
  matrix.diagonal().add_(covariance.noise(points));
  return solved(matrix, labels);
}

at::Tensor support_weights(const Covariance& covariance, const CovariancePoints& points,
                           const CovariancePoints& supports, const at::Tensor& labels) {
  at::Tensor matrix = covariance.between(supports, supports);
  matrix.diagonal().add_(1e-6);
  at::Tensor right = torch::zeros({matrix.size(0)}, torch::kFloat64);
  for_chunks(points, [&](const std::vector<size_t>& rows, const CovariancePoints& some) {
    const at::Tensor kernel = covariance.between(some, supports);
    const at::Tensor weighed = kernel / covariance.noise(some).unsqueeze(1);
    matrix += torch::mm(weighed.t(), kernel);
    right += torch::mv(weighed.t(), labels.index_select(0, index_tensor(rows)));
  });
  return solved(matrix, right);
}

/// Few rows leave the posterior several maxima: the best after some steps from different places is learnt to the end.
Covariance learnt_covariance(const GaussianProcessRows& layout, const CovariancePoints& points,
                             const at::Tensor& labels, const GaussianProcessOptions& options, uint64_t seed) {
  Covariance best(layout);
  const bool one = options.starts <= 1 || options.steps <= options.first_steps;
  if (one || points.text.size() > options.most_scattered) {
    best.learn(points, labels, options.steps);
    return best;
  }
  double least = best.learn(points, labels, options.first_steps);
  for (int start = 1; start < options.starts; ++start) {
    Covariance other(layout);
    other.scatter(derive_seed(seed, fmt::format("start {}", start)));
    const double reached = other.learn(points, labels, options.first_steps);
    if (!(reached < least)) continue;
    least = reached;
    best = other;
  }
  best.learn(points, labels, options.steps - options.first_steps);
  return best;
}

}  // namespace

at::Tensor index_tensor(const std::vector<size_t>& rows) {
  return torch::tensor(std::vector<int64_t>(rows.begin(), rows.end()), torch::kInt64);
}

at::Tensor LearntProcess::predict(const CovariancePoints& points) const {
  std::vector<at::Tensor> parts{torch::zeros({0}, torch::kFloat64)};
  for_chunks(points, [&](const std::vector<size_t>&, const CovariancePoints& some) {
    parts.push_back(torch::mv(covariance.between(some, supports), weights));
  });
  return torch::cat(parts);
}

LearntProcess learn_process(const GaussianProcessRows& layout, const CovariancePoints& points, const at::Tensor& labels,
                            const GaussianProcessOptions& options, uint64_t seed) {
  const size_t count = points.text.size();
  const auto rows = some_rows(count, options.most_learnt, derive_seed(seed, "learnt rows"));
  LearntProcess learnt{.covariance = learnt_covariance(layout, points.take(rows),
                                                       labels.index_select(0, index_tensor(rows)), options, seed),
                       .supports = {},
                       .weights = {}};
  const bool exact = count <= options.most_exact;
  learnt.supports = exact ? points : points.take(some_rows(count, options.supports, derive_seed(seed, "supports")));
  learnt.weights = exact ? exact_weights(learnt.covariance, points, labels)
                         : support_weights(learnt.covariance, points, learnt.supports, labels);
  return learnt;
}

}  // namespace foreview
