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

at::Tensor noisy_covariance(const Covariance& covariance, const CovariancePoints& points) {
  at::Tensor matrix = covariance.between(points, points);
  matrix.diagonal().add_(covariance.noise(points));
  return matrix;
}

/// The subset of regressors' normal equations.
struct SupportEquations {
  at::Tensor matrix, right;  // [supports, supports], [supports]
};

SupportEquations support_equations(const Covariance& covariance, const CovariancePoints& points,
                                   const CovariancePoints& supports, const at::Tensor& labels) {
  SupportEquations equations{.matrix = covariance.between(supports, supports), .right = {}};
  equations.matrix.diagonal().add_(1e-6);
  equations.right = torch::zeros({equations.matrix.size(0)}, torch::kFloat64);
  for_chunks(points, [&](const std::vector<size_t>& rows, const CovariancePoints& some) {
    const at::Tensor kernel = covariance.between(some, supports);
    const at::Tensor weighed = kernel / covariance.noise(some).unsqueeze(1);
    equations.matrix += torch::mm(weighed.t(), kernel);
    equations.right += torch::mv(weighed.t(), labels.index_select(0, index_tensor(rows)));
  });
  return equations;
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

Covariance learn_covariance(const GaussianProcessRows& layout, const CovariancePoints& points, const at::Tensor& labels,
                            const GaussianProcessOptions& options, uint64_t seed) {
  const auto rows = some_rows(points.text.size(), options.most_learnt, derive_seed(seed, "learnt rows"));
  return learnt_covariance(layout, points.take(rows), labels.index_select(0, index_tensor(rows)), options, seed);
}

LearntProcess weigh_rows(const Covariance& covariance, const CovariancePoints& points, const at::Tensor& labels,
                         const GaussianProcessOptions& options, uint64_t seed) {
  const size_t count = points.text.size();
  LearntProcess learnt{.covariance = covariance, .supports = points, .weights = {}};
  if (count <= options.most_exact) {
    learnt.weights = solved(noisy_covariance(covariance, points), labels);
    return learnt;
  }
  learnt.supports = points.take(some_rows(count, options.supports, derive_seed(seed, "supports")));
  const SupportEquations equations = support_equations(covariance, points, learnt.supports, labels);
  learnt.weights = solved(equations.matrix, equations.right);
  return learnt;
}

at::Tensor left_out(const Covariance& covariance, const CovariancePoints& points, const at::Tensor& labels,
                    const GaussianProcessOptions& options, uint64_t seed) {
  if (points.text.size() <= options.most_exact) {
    const at::Tensor inverse =
        torch::cholesky_inverse(torch::linalg_cholesky(noisy_covariance(covariance, points), false));
    return labels - torch::mv(inverse, labels) / inverse.diagonal();
  }
  const LearntProcess learnt = weigh_rows(covariance, points, labels, options, seed);
  const at::Tensor factor =
      torch::linalg_cholesky(support_equations(covariance, points, learnt.supports, labels).matrix, false);
  std::vector<at::Tensor> parts;
  for_chunks(points, [&](const std::vector<size_t>& rows, const CovariancePoints& some) {
    const at::Tensor kernel = covariance.between(some, learnt.supports),
                     own = labels.index_select(0, index_tensor(rows)), fitted = torch::mv(kernel, learnt.weights),
                     solved_rows = torch::cholesky_solve(kernel.t(), factor).t(),
                     leverage = (kernel * solved_rows).sum(1) / covariance.noise(some);
    parts.push_back((fitted - leverage * own) / (1 - leverage).clamp_min(1e-6));
  });
  return torch::cat(parts);
}

}  // namespace foreview
