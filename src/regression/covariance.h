#pragma once

#include <torch/torch.h>

#include <array>
#include <vector>

#include "regression/gaussian_process.h"

// Internal to the folder: includes torch.
namespace foreview {

/// Rows as the kernels see them: standardised numbers [rows, columns] (F64) and counted words, each block of length 1.
struct CovariancePoints {
  at::Tensor numbers;
  std::vector<SparseRow> text;
  at::Tensor text_lengths;  // [rows, blocks] (F64): logarithms of what a block's length was over the usual one

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
  /// The negative logarithm of marginal likelihood times prior, but for terms that never change.
  struct Surprise {
    double value;
    std::vector<at::Tensor> gradient;  // parallel to parameters()
  };
  Surprise surprise(const CovariancePoints& points, const at::Tensor& labels,
                    const std::vector<at::Tensor>& products) const;
  /// Logarithms of variances and lengths, exponents, weights of the noise.
  std::vector<at::Tensor*> parameters();
  std::vector<const at::Tensor*> parameters() const;

  /// Products of counted words, one [a, b] tensor a block.
  std::vector<at::Tensor> text_products(const CovariancePoints& a, const CovariancePoints& b) const;
  at::Tensor between(const CovariancePoints& a, const CovariancePoints& b) const {  // [a, b]
    return parts(a, b, text_products(a, b)).sum;
  }
  at::Tensor noise(const CovariancePoints& points) const;  // variances [points]

  at::Tensor inverse_length() const;  // [columns]
  /// Scales of the numbers that turn the meaning of words. [columns]
  at::Tensor turn_scale() const;
  at::Tensor linear_variance() const;  // [columns]
  double matern_variance() const;
  double text_variance(size_t block) const;
  size_t product_blocks() const { return static_cast<size_t>(log_product_.numel()); }
  double product_variance(size_t block) const;  // of words whose meaning turns
  /// How much more a longer text counts: 0 not at all, 1 as much as it is longer. [blocks]
  at::Tensor text_exponents() const { return text_exponent_; }
  at::Tensor noise_weights() const { return noise_; }  // [1 + columns], logarithm of the variance

 private:
  /// What a covariance is the sum of, as far as its gradient needs it. [a, b] each; undefined without product blocks.
  struct Parts {
    at::Tensor decay, nearness;  // exp(-distance), Matérn 3/2 of variance 1
    at::Tensor cosine, turn;     // of what turns words
    at::Tensor turned_words;     // products of the words that are turned, times their variances
    at::Tensor sum;
  };
  Parts parts(const CovariancePoints& a, const CovariancePoints& b, const std::vector<at::Tensor>& products) const;
  /// A block's products of words, each as much as its rows' lengths make of it.
  at::Tensor stretched(size_t block, const CovariancePoints& a, const CovariancePoints& b,
                       const std::vector<at::Tensor>& products) const;
  void add_nearness(const at::Tensor& a, const at::Tensor& b, Parts& to) const;
  void add_turn(const at::Tensor& a, const at::Tensor& b, Parts& to) const;
  /// By the text's variances, the turned words' and the exponents.
  std::array<at::Tensor, 3> text_gradient(const CovariancePoints& points, const Parts& parts, const at::Tensor& slope,
                                          const std::vector<at::Tensor>& products) const;
  at::Tensor length_gradient(const at::Tensor& numbers, const Parts& parts, const at::Tensor& slope) const;
  at::Tensor linear_gradient(const at::Tensor& numbers, const at::Tensor& slope) const;
  at::Tensor turn_length_gradient(const at::Tensor& numbers, const Parts& parts, const at::Tensor& slope) const;
  at::Tensor noise_gradient(const at::Tensor& numbers, const at::Tensor& slope) const;
  at::Tensor sums_by_length(const at::Tensor& of_columns) const;
  at::Tensor lengths_to_scale(const at::Tensor& log_length) const;

  std::vector<size_t> text_ends_;
  at::Tensor length_of_column_, group_of_column_;  // indices
  at::Tensor length_share_, linear_share_;         // [columns]: wide groups count as one column
  at::Tensor is_narrow_;                           // [columns], 0 or 1
  at::Tensor log_matern_, log_length_, log_linear_, log_text_, log_product_, log_turn_length_, text_exponent_, noise_;
  double usual_log_length_ = 0;
  std::vector<at::Tensor> prior_centres_, prior_deviations_;  // parallel to parameters()
};

/// Variances of the noise are never below this, on standardised labels.
inline constexpr double least_noise_variance = 1e-3;
/// Numbers move the logarithm of the noise's variance by no more than this.
inline constexpr double most_noise_moved = 3;

}  // namespace foreview
