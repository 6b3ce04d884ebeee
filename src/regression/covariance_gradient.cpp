#include <numbers>

#include "regression/covariance.h"

// The posterior's gradient in closed form (Rasmussen and Williams 2006, 5.9): a kernel matrix K with noise has the
// slope (K^-1 - a a^T) / 2 with a = K^-1 labels, which each hyperparameter's own derivative is multiplied by and
// summed.
namespace foreview {
namespace {

/// z_c^T S z_c of each column c of z.
at::Tensor squares_under(const at::Tensor& s, const at::Tensor& z) { return torch::mm(s, z).mul_(z).sum(0); }

at::Tensor product_sum(const at::Tensor& a, const at::Tensor& b) { return torch::dot(a.flatten(), b.flatten()); }

}  // namespace

Covariance::Surprise Covariance::surprise(const CovariancePoints& points, const at::Tensor& labels,
                                          const std::vector<at::Tensor>& products) const {
  Parts parts = this->parts(points, points, products);
  parts.sum.diagonal().add_(noise(points));
  const at::Tensor factor = torch::linalg_cholesky(parts.sum, false);
  const at::Tensor solved = torch::cholesky_solve(labels.unsqueeze(1), factor);
  const at::Tensor likelihood = 0.5 * torch::dot(labels, solved.squeeze(1)) + torch::log(torch::diagonal(factor)).sum();
  const at::Tensor slope = torch::cholesky_inverse(factor).addmm_(solved, solved.t(), 1, -1).mul_(0.5);

  const at::Tensor& numbers = points.numbers;
  const at::Tensor linear = linear_gradient(numbers, slope);
  const auto [of_text, of_products, of_exponents] = text_gradient(points, parts, slope, products);
  const bool turns = product_blocks() > 0;
  Surprise result{
      .value = likelihood.item<double>(),
      .gradient = {(product_sum(slope, parts.nearness) * torch::exp(log_matern_)),
                   length_gradient(numbers, parts, slope).sub_(sums_by_length(linear), 2),
                   torch::zeros_like(log_linear_).index_add_(0, group_of_column_, linear), of_text, of_products,
                   turns ? turn_length_gradient(numbers, parts, slope) : torch::zeros_like(log_turn_length_),
                   of_exponents, noise_gradient(numbers, slope)}};
  for (size_t i = 0; i < result.gradient.size(); ++i) {
    const at::Tensor away = (*parameters()[i] - prior_centres_[i]) / prior_deviations_[i];
    result.value += 0.5 * away.square().sum().item<double>();
    result.gradient[i].add_(away / prior_deviations_[i]);
  }
  return result;
}

at::Tensor Covariance::sums_by_length(const at::Tensor& of_columns) const {
  return torch::zeros_like(log_length_).index_add_(0, length_of_column_, of_columns);
}

at::Tensor Covariance::length_gradient(const at::Tensor& numbers, const Parts& parts, const at::Tensor& slope) const {
  const at::Tensor scaled = numbers * inverse_length(), by_distance = (slope * parts.decay).mul_(3 * matern_variance());
  const at::Tensor of_columns =
      2 * (torch::mv(scaled.square().t(), by_distance.sum(1)) - squares_under(by_distance, scaled));
  return sums_by_length(of_columns);
}

/// By the logarithm of each column's linear variance. [columns]
at::Tensor Covariance::linear_gradient(const at::Tensor& numbers, const at::Tensor& slope) const {
  return squares_under(slope, numbers).mul_(linear_variance());
}

std::array<at::Tensor, 3> Covariance::text_gradient(const CovariancePoints& points, const Parts& parts,
                                                    const at::Tensor& slope,
                                                    const std::vector<at::Tensor>& products) const {
  std::array<at::Tensor, 3> gradient = {torch::zeros_like(log_text_), torch::zeros_like(log_product_),
                                        torch::zeros_like(text_exponent_)};
  const at::Tensor turned_slope = product_blocks() > 0 ? slope * parts.turn : at::Tensor();
  for (size_t block = 0; block < products.size(); ++block) {
    const auto at = static_cast<int64_t>(block);
    const at::Tensor words = stretched(block, points, points, products), lengths = points.text_lengths.select(1, at);
    const auto add = [&](const at::Tensor& under, double variance, at::Tensor& by_variance) {
      const at::Tensor of_rows = (under * words).sum(1).mul_(variance);
      by_variance[at] += of_rows.sum();
      gradient[2][at] += 2 * torch::dot(of_rows, lengths);
    };
    add(slope, text_variance(block), gradient[0]);
    if (block < product_blocks()) add(turned_slope, product_variance(block), gradient[1]);
  }
  return gradient;
}

at::Tensor Covariance::turn_length_gradient(const at::Tensor& numbers, const Parts& parts,
                                            const at::Tensor& slope) const {
  const at::Tensor scaled = numbers * turn_scale(), norms = torch::rsqrt(1 + scaled.square().sum(1));
  const at::Tensor by_cosine =
      (slope * parts.turned_words).div_(torch::sqrt(1 - parts.cosine.square())).mul_(2 / std::numbers::pi);
  const at::Tensor by_norm = (by_cosine * parts.cosine).sum(1).mul_(norms.square());
  const at::Tensor by_product = by_cosine * norms.unsqueeze(1) * norms.unsqueeze(0);
  return sums_by_length(2 * (torch::mv(scaled.square().t(), by_norm) - squares_under(by_product, scaled)));
}

at::Tensor Covariance::noise_gradient(const at::Tensor& numbers, const at::Tensor& slope) const {
  const at::Tensor weights = noise_.narrow(0, 1, noise_.size(0) - 1) * is_narrow_, moved = torch::mv(numbers, weights);
  const at::Tensor of_rows =
      slope.diagonal() * torch::exp(torch::clamp(moved, -most_noise_moved, most_noise_moved) + noise_[0]);
  const at::Tensor of_columns = torch::mv(numbers.t(), of_rows * (moved.abs() <= most_noise_moved)) * is_narrow_;
  return torch::cat({of_rows.sum().unsqueeze(0), of_columns});
}

}  // namespace foreview
