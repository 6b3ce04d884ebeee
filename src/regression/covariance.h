#pragma once

#include <torch/torch.h>

#include <vector>

#include "regression/gaussian_process.h"

// Internal to the folder: includes torch.
namespace foreview {

/// Rows as the kernels see them: standardised numbers [rows, columns] (F64) and counted words.
struct CovariancePoints {
  at::Tensor numbers;
  std::vector<SparseRow> text;

  CovariancePoints take(const std::vector<size_t>& rows) const;
};

/// The kernels of a Gaussian process, with their hyperparameters as logarithms.
class Covariance {
 public:
  /// A hundred observations of variance 1 outweigh it: the mean is learnt with the rest.
  static constexpr double constant = 1;

  explicit Covariance(const GaussianProcessRows& layout);

  /// Moves what scales the numbers by normal draws: another place to learn from.
  void scatter(uint64_t seed);
  /// Learns the hyperparameters: Adam on the negative logarithm of marginal likelihood times prior. Returns what it
  /// ends at.
  double learn(const CovariancePoints& points, const at::Tensor& labels, int steps);

  /// Products of counted words, one [a, b] tensor a block.
  std::vector<at::Tensor> text_products(const CovariancePoints& a, const CovariancePoints& b) const;
  at::Tensor between(const CovariancePoints& a, const CovariancePoints& b,
                     const std::vector<at::Tensor>& products) const;  // [a, b]
  at::Tensor between(const CovariancePoints& a, const CovariancePoints& b) const {
    return between(a, b, text_products(a, b));
  }
  at::Tensor noise(const CovariancePoints& points) const;  // variances [points]

  at::Tensor inverse_length() const;  // [columns]
  /// Scales of the numbers that turn the meaning of words. [columns]
  at::Tensor turn_scale() const;
  at::Tensor linear_variance() const;  // [columns]
  double matern_variance() const;
  double text_variance(size_t block) const;
  size_t product_blocks() const { return static_cast<size_t>(log_product_.numel()); }
  double product_variance(size_t block) const;                  // of words whose meaning turns
  at::Tensor noise_weights() const { return noise_.detach(); }  // [1 + columns], logarithm of the variance

 private:
  at::Tensor negative_log_posterior(const CovariancePoints& points, const at::Tensor& labels,
                                    const std::vector<at::Tensor>& products) const;
  at::Tensor nearness(const CovariancePoints& a, const CovariancePoints& b) const;
  at::Tensor same_turn(const CovariancePoints& a, const CovariancePoints& b) const;
  at::Tensor lengths_to_scale(const at::Tensor& log_length) const;
  std::vector<at::Tensor*> parameters();

  std::vector<size_t> text_ends_;
  at::Tensor length_of_column_, group_of_column_;  // indices
  at::Tensor length_share_, linear_share_;         // [columns]: wide groups count as one column
  at::Tensor is_narrow_;                           // [columns], 0 or 1
  at::Tensor log_matern_, log_length_, log_linear_, log_text_, log_product_, log_turn_length_, noise_;
  double usual_log_length_ = 0;
};

/// Standard deviations of the noise are never below this, on standardised labels.
inline constexpr double least_noise_variance = 1e-3;

}  // namespace foreview
