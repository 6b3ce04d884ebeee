#pragma once

#include "regression/covariance.h"

// Internal to the folder: includes torch.
namespace foreview {

/// A Gaussian process as it is learnt: hyperparameters, and weights of the rows that its predictions lean on.
struct LearntProcess {
  Covariance covariance;
  CovariancePoints supports;
  at::Tensor weights;  // [supports]

  at::Tensor predict(const CovariancePoints& points) const;  // [points]
};

/// Hyperparameters learnt from up to `most_learnt` rows. `layout` tells of the columns; its rows are not read.
Covariance learn_covariance(const GaussianProcessRows& layout, const CovariancePoints& points, const at::Tensor& labels,
                            const GaussianProcessOptions& options, uint64_t seed);

/// Rows under one covariance, decomposed once for all labels they may have. Up to `most_exact` rows by Cholesky
/// decomposition with every row a support; more rows by the subset of regressors (Rasmussen and Williams 2006, chapters
/// 2.2 and 8.3.1).
class FactorisedRows {
 public:
  FactorisedRows(const Covariance& covariance, const CovariancePoints& points, const GaussianProcessOptions& options,
                 uint64_t seed);

  LearntProcess learn(const at::Tensor& labels) const;
  /// What is expected of each row by all others, with the same hyperparameters (chapter 5.4.2). [rows]
  at::Tensor left_out(const at::Tensor& labels) const;

 private:
  Covariance covariance_;
  CovariancePoints points_, supports_;
  bool is_exact_ = true;
  at::Tensor factor_;  // [supports, supports], lower
};

at::Tensor index_tensor(const std::vector<size_t>& rows);

}  // namespace foreview
