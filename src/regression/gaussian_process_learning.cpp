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

// Exact: of the covariance with its noise. Else of the subset of regressors' normal equations.
FactorisedRows::FactorisedRows(const Covariance& covariance, const CovariancePoints& points,
                               const GaussianProcessOptions& options, uint64_t seed)
    : covariance_(covariance), points_(points), supports_(points) {
  const size_t count = points.text.size();
  is_exact_ = count <= options.most_exact;
  if (!is_exact_) supports_ = points.take(some_rows(count, options.supports, derive_seed(seed, "supports")));
  at::Tensor matrix = covariance.between(supports_, supports_);
  if (is_exact_) {
    matrix.diagonal().add_(covariance.noise(points));
  } else {
    matrix.diagonal().add_(1e-6);
    for_chunks(points, [&](const std::vector<size_t>&, const CovariancePoints& some) {
      const at::Tensor kernel = covariance.between(some, supports_);
      matrix += torch::mm((kernel / covariance.noise(some).unsqueeze(1)).t(), kernel);
    });
  }
  factor_ = torch::linalg_cholesky(matrix, false);
}

LearntProcess FactorisedRows::learn(const at::Tensor& labels) const {
  at::Tensor right = labels;
  if (!is_exact_) {
    right = torch::zeros({factor_.size(0)}, torch::kFloat64);
    for_chunks(points_, [&](const std::vector<size_t>& rows, const CovariancePoints& some) {
      const at::Tensor weighed = covariance_.between(some, supports_) / covariance_.noise(some).unsqueeze(1);
      right += torch::mv(weighed.t(), labels.index_select(0, index_tensor(rows)));
    });
  }
  return {.covariance = covariance_,
          .supports = supports_,
          .weights = torch::cholesky_solve(right.unsqueeze(1), factor_).squeeze(1)};
}

at::Tensor FactorisedRows::left_out(const at::Tensor& labels) const {
  const at::Tensor weights = learn(labels).weights;
  if (is_exact_) return labels - weights / torch::cholesky_inverse(factor_).diagonal();
  std::vector<at::Tensor> parts;
  for_chunks(points_, [&](const std::vector<size_t>& rows, const CovariancePoints& some) {
    const at::Tensor kernel = covariance_.between(some, supports_), own = labels.index_select(0, index_tensor(rows)),
                     fitted = torch::mv(kernel, weights), solved = torch::cholesky_solve(kernel.t(), factor_).t(),
                     leverage = (kernel * solved).sum(1) / covariance_.noise(some);
    parts.push_back((fitted - leverage * own) / (1 - leverage).clamp_min(1e-6));
  });
  return torch::cat(parts);
}

}  // namespace foreview
