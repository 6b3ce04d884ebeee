#include "regression/covariance.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/interrupt.h"
#include "regression/text_kernel.h"

namespace foreview {
namespace {

// Where the search starts and what the priors are centred on; labels have variance 1.
constexpr double usual_matern = 0.3, usual_linear = 0.05, usual_text = 0.3, usual_product = 0.1, usual_noise = 0.5;
// Deviations of the priors, of logarithms.
constexpr double variance_prior = 1.5, length_prior = 1, turn_length_prior = 2, noise_weight_prior = 0.15;
constexpr double learning_rate = 0.1, scatter_deviation = 0.7;

at::Tensor doubles(const std::vector<double>& values) { return torch::tensor(values, torch::kFloat64); }
at::Tensor indices(const std::vector<int64_t>& values) { return torch::tensor(values, torch::kInt64); }

at::Tensor filled(size_t count, double value) {
  return torch::full({static_cast<int64_t>(count)}, value, torch::kFloat64);
}

}  // namespace

CovariancePoints CovariancePoints::take(const std::vector<size_t>& rows) const {
  CovariancePoints taken;
  std::vector<int64_t> chosen;
  for (const size_t row : rows) {
    chosen.push_back(static_cast<int64_t>(row));
    taken.text.push_back(text[row]);
  }
  taken.numbers = numbers.index_select(0, indices(chosen));
  return taken;
}

Covariance::Covariance(const GaussianProcessRows& layout) : text_ends_(layout.text_ends) {
  const std::vector<int>& groups = layout.group_of_column;
  std::vector<double> sizes(layout.is_narrow.size(), 0), length_share, linear_share, narrow;
  for (const int group : groups) ++sizes[static_cast<size_t>(group)];
  std::vector<int64_t> lengths, group_indices;
  int64_t length = -1;
  for (size_t column = 0; column < groups.size(); ++column) {
    const auto group = static_cast<size_t>(groups[column]);
    const bool is_narrow = layout.is_narrow[group];
    if (is_narrow || column == 0 || groups[column] != groups[column - 1]) ++length;
    lengths.push_back(length);
    group_indices.push_back(groups[column]);
    length_share.push_back(is_narrow ? 1 : 1 / std::sqrt(sizes[group]));
    linear_share.push_back(1 / sizes[group]);
    narrow.push_back(is_narrow ? 1 : 0);
  }
  length_of_column_ = indices(lengths);
  group_of_column_ = indices(group_indices);
  length_share_ = doubles(length_share);
  linear_share_ = doubles(linear_share);
  is_narrow_ = doubles(narrow);
  const auto length_count = static_cast<size_t>(length + 1);
  // Two random rows are then about one length apart.
  usual_log_length_ = 0.5 * std::log(2 * std::max<double>(1, static_cast<double>(length_count)));
  log_matern_ = filled(1, std::log(usual_matern));
  log_length_ = filled(length_count, usual_log_length_);
  log_linear_ = filled(sizes.size(), std::log(usual_linear));
  log_text_ = filled(text_ends_.size(), std::log(usual_text));
  log_turn_length_ = filled(length_count, usual_log_length_);
  log_product_ = filled(std::min(layout.product_blocks, text_ends_.size()), std::log(usual_product));
  noise_ = filled(1 + groups.size(), 0);
  noise_[0] = std::log(usual_noise);
}

at::Tensor Covariance::lengths_to_scale(const at::Tensor& log_length) const {
  return torch::exp(-log_length).index_select(0, length_of_column_) * length_share_;
}
at::Tensor Covariance::inverse_length() const { return lengths_to_scale(log_length_); }
at::Tensor Covariance::turn_scale() const { return 2 * lengths_to_scale(log_turn_length_); }
at::Tensor Covariance::linear_variance() const {
  // A column that the Matérn kernel takes for important is important here too.
  const at::Tensor relevance = torch::exp(2 * (usual_log_length_ - log_length_)).index_select(0, length_of_column_);
  return torch::exp(log_linear_).index_select(0, group_of_column_) * linear_share_ * relevance;
}
double Covariance::matern_variance() const { return std::exp(log_matern_.item<double>()); }
double Covariance::text_variance(size_t block) const {
  return std::exp(log_text_[static_cast<int64_t>(block)].item<double>());
}

double Covariance::product_variance(size_t block) const {
  return std::exp(log_product_[static_cast<int64_t>(block)].item<double>());
}

std::vector<at::Tensor> Covariance::text_products(const CovariancePoints& a, const CovariancePoints& b) const {
  std::vector<at::Tensor> products;
  size_t first = 0;
  for (const size_t end : text_ends_) {
    Matrix block = foreview::text_products(a.text, b.text, first, end);
    products.push_back(torch::from_blob(block.values.data(),
                                        {static_cast<int64_t>(block.rows), static_cast<int64_t>(block.cols)},
                                        torch::kFloat64)
                           .clone());
    first = end;
  }
  return products;
}

/// Matérn 3/2 of variance 1.
at::Tensor Covariance::nearness(const CovariancePoints& a, const CovariancePoints& b) const {
  const at::Tensor scale = inverse_length(), za = a.numbers * scale, zb = b.numbers * scale;
  const at::Tensor squared =
      za.square().sum(1).unsqueeze(1) + zb.square().sum(1).unsqueeze(0) - 2 * torch::mm(za, zb.t());
  const at::Tensor distance = std::sqrt(3.0) * torch::sqrt(torch::clamp_min(squared, 0) + 1e-10);
  return (1 + distance) * torch::exp(-distance);
}

/// Williams' kernel of a neural network with one hidden layer, without biases (Rasmussen and Williams 2006, 4.29): from
/// 1 where two rows lie on the same side of the middle to -1 on opposite ones, linear close to it.
at::Tensor Covariance::same_turn(const CovariancePoints& a, const CovariancePoints& b) const {
  const at::Tensor scale = turn_scale(), za = a.numbers * scale, zb = b.numbers * scale;
  const at::Tensor norms = torch::outer(1 + za.square().sum(1), 1 + zb.square().sum(1));
  return torch::asin(torch::mm(za, zb.t()) / torch::sqrt(norms)) * (2 / std::numbers::pi);
}

at::Tensor Covariance::between(const CovariancePoints& a, const CovariancePoints& b,
                               const std::vector<at::Tensor>& products) const {
  at::Tensor sum = torch::exp(log_matern_) * nearness(a, b);
  sum = sum + torch::mm(a.numbers * linear_variance(), b.numbers.t()) + constant;
  for (size_t block = 0; block < products.size(); ++block)
    sum = sum + torch::exp(log_text_[static_cast<int64_t>(block)]) * products[block];
  if (product_blocks() == 0) return sum;
  // Words may mean more or less, or the opposite, from place to place; what turns them need not matter by itself.
  const at::Tensor turn = same_turn(a, b);
  for (size_t block = 0; block < product_blocks(); ++block)
    sum = sum + torch::exp(log_product_[static_cast<int64_t>(block)]) * turn * products[block];
  return sum;
}

at::Tensor Covariance::noise(const CovariancePoints& points) const {
  const at::Tensor weights = noise_.narrow(0, 1, noise_.size(0) - 1) * is_narrow_;
  const at::Tensor log_variance = torch::clamp(torch::mv(points.numbers, weights), -3, 3) + noise_[0];
  return least_noise_variance + torch::exp(log_variance);
}

at::Tensor Covariance::negative_log_posterior(const CovariancePoints& points, const at::Tensor& labels,
                                              const std::vector<at::Tensor>& products) const {
  const at::Tensor factor =
      torch::linalg_cholesky(between(points, points, products) + torch::diag(noise(points)), false);
  const at::Tensor solved = torch::cholesky_solve(labels.unsqueeze(1), factor).squeeze(1);
  const auto prior = [](const at::Tensor& values, double centre, double deviation) {
    return 0.5 * ((values - centre) / deviation).square().sum();
  };
  return 0.5 * torch::dot(labels, solved) + torch::log(torch::diagonal(factor)).sum() +
         prior(log_matern_, std::log(usual_matern), variance_prior) +
         prior(log_linear_, std::log(usual_linear), variance_prior) +
         prior(log_text_, std::log(usual_text), variance_prior) +
         prior(log_product_, std::log(usual_product), variance_prior) +
         prior(log_length_, usual_log_length_, length_prior) +
         prior(log_turn_length_, usual_log_length_, turn_length_prior) +
         prior(noise_.narrow(0, 0, 1), std::log(usual_noise), variance_prior) +
         prior(noise_.narrow(0, 1, noise_.size(0) - 1), 0, noise_weight_prior);
}

void Covariance::scatter(uint64_t seed) {
  at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  for (at::Tensor* logs : {&log_length_, &log_turn_length_})
    *logs = *logs + scatter_deviation * torch::randn(logs->sizes(), generator, torch::kFloat64);
}

double Covariance::learn(const CovariancePoints& points, const at::Tensor& labels, int steps) {
  const torch::AutoGradMode with_gradients(true);
  const std::vector<at::Tensor> products = text_products(points, points);
  std::vector<at::Tensor> learnt;
  for (at::Tensor* parameter : parameters()) learnt.push_back(parameter->requires_grad_(true));
  torch::optim::Adam optimizer(learnt, torch::optim::AdamOptions(learning_rate));
  for (int step = 0; step < steps; ++step) {
    throw_if_interrupted();
    optimizer.zero_grad();
    negative_log_posterior(points, labels, products).backward();
    optimizer.step();
  }
  for (at::Tensor* parameter : parameters()) *parameter = parameter->detach();
  return negative_log_posterior(points, labels, products).item<double>();
}

std::vector<at::Tensor*> Covariance::parameters() {
  return {&log_matern_, &log_length_, &log_linear_, &log_text_, &log_product_, &log_turn_length_, &noise_};
}

}  // namespace foreview
