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
constexpr double usual_matern = 0.3, usual_linear = 0.05, usual_text = 0.3, usual_product = 0.1, usual_noise = 0.5,
                 usual_exponent = 0.5;
// Deviations of the priors, of logarithms. What may not matter at all has a wide one.
constexpr double variance_prior = 1.5, optional_variance_prior = 3, length_prior = 1, noise_weight_prior = 0.15;
constexpr double exponent_prior = 0.5;  // not of a logarithm
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
  taken.text_lengths = text_lengths.index_select(0, indices(chosen));
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
  text_exponent_ = filled(text_ends_.size(), usual_exponent);
  noise_ = filled(1 + groups.size(), 0);
  noise_[0] = std::log(usual_noise);
  const auto deviation_of = [this](const at::Tensor* parameter) {
    if (parameter == &log_length_ || parameter == &log_turn_length_) return length_prior;
    if (parameter == &text_exponent_) return exponent_prior;
    const bool is_optional = parameter == &log_linear_ || parameter == &log_text_ || parameter == &log_product_;
    return is_optional ? optional_variance_prior : variance_prior;
  };
  // The search starts where the priors have their centres.
  for (at::Tensor* parameter : parameters()) {
    prior_centres_.push_back(parameter->clone());
    prior_deviations_.push_back(torch::full_like(*parameter, deviation_of(parameter)));
  }
  prior_deviations_.back().narrow(0, 1, noise_.size(0) - 1).fill_(noise_weight_prior);
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

at::Tensor Covariance::stretched(size_t block, const CovariancePoints& a, const CovariancePoints& b,
                                 const std::vector<at::Tensor>& products) const {
  const auto at = static_cast<int64_t>(block);
  const auto stretch = [&](const CovariancePoints& of) {
    return torch::exp(of.text_lengths.select(1, at) * text_exponent_[at]);
  };
  return (products[block] * stretch(a).unsqueeze(1)).mul_(stretch(b).unsqueeze(0));
}

void Covariance::add_nearness(const at::Tensor& a, const at::Tensor& b, Parts& to) const {
  const at::Tensor scale = inverse_length(), za = a * scale, zb = b * scale;
  at::Tensor distance = torch::mm(za, zb.t()).mul_(-2);
  distance.add_(za.square().sum(1).unsqueeze(1)).add_(zb.square().sum(1).unsqueeze(0)).clamp_min_(0);
  distance.add_(1e-10).sqrt_().mul_(std::sqrt(3.0));
  to.decay = torch::exp(-distance);
  to.nearness = distance.add_(1).mul_(to.decay);
  to.sum.add_(to.nearness, matern_variance());
}

/// Words may mean more or less, or the opposite, from place to place; what turns them need not matter by itself.
/// Williams' kernel of a neural network with one hidden layer, without biases (Rasmussen and Williams 2006, 4.29): from
/// 1 where two rows lie on the same side of the middle to -1 on opposite ones, linear close to it.
void Covariance::add_turn(const at::Tensor& a, const at::Tensor& b, Parts& to) const {
  const at::Tensor scale = turn_scale(), za = a * scale, zb = b * scale;
  to.cosine = torch::mm(za, zb.t());
  to.cosine.mul_(torch::rsqrt(1 + za.square().sum(1)).unsqueeze(1));
  to.cosine.mul_(torch::rsqrt(1 + zb.square().sum(1)).unsqueeze(0));
  to.turn = torch::asin(to.cosine).mul_(2 / std::numbers::pi);
  to.sum.addcmul_(to.turn, to.turned_words);
}

Covariance::Parts Covariance::parts(const CovariancePoints& a, const CovariancePoints& b,
                                    const std::vector<at::Tensor>& products) const {
  Parts parts;
  parts.sum = torch::mm(a.numbers * linear_variance(), b.numbers.t()).add_(constant);
  if (product_blocks() > 0) parts.turned_words = torch::zeros_like(parts.sum);
  for (size_t block = 0; block < products.size(); ++block) {
    const at::Tensor words = stretched(block, a, b, products);
    parts.sum.add_(words, text_variance(block));
    if (block < product_blocks()) parts.turned_words.add_(words, product_variance(block));
  }
  add_nearness(a.numbers, b.numbers, parts);
  if (product_blocks() > 0) add_turn(a.numbers, b.numbers, parts);
  return parts;
}

at::Tensor Covariance::noise(const CovariancePoints& points) const {
  const at::Tensor weights = noise_.narrow(0, 1, noise_.size(0) - 1) * is_narrow_;
  const at::Tensor log_variance =
      torch::clamp(torch::mv(points.numbers, weights), -most_noise_moved, most_noise_moved) + noise_[0];
  return least_noise_variance + torch::exp(log_variance);
}

void Covariance::scatter(uint64_t seed) {
  at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  for (at::Tensor* logs : {&log_length_, &log_turn_length_})
    *logs = *logs + scatter_deviation * torch::randn(logs->sizes(), generator, torch::kFloat64);
}

double Covariance::learn(const CovariancePoints& points, const at::Tensor& labels, int steps) {
  const torch::NoGradGuard no_grad;
  const std::vector<at::Tensor> products = text_products(points, points);
  std::vector<at::Tensor> learnt;
  for (at::Tensor* parameter : parameters()) learnt.push_back(*parameter = parameter->clone());  // copies share tensors
  torch::optim::Adam optimizer(learnt, torch::optim::AdamOptions(learning_rate));
  for (int step = 0; step < steps; ++step) {
    throw_if_interrupted();
    const Surprise here = surprise(points, labels, products);
    for (size_t i = 0; i < learnt.size(); ++i) learnt[i].mutable_grad() = here.gradient[i];
    optimizer.step();
  }
  for (at::Tensor& parameter : learnt) parameter.mutable_grad().reset();
  return surprise(points, labels, products).value;
}

std::vector<at::Tensor*> Covariance::parameters() {
  return {&log_matern_,  &log_length_,      &log_linear_,    &log_text_,
          &log_product_, &log_turn_length_, &text_exponent_, &noise_};
}

std::vector<const at::Tensor*> Covariance::parameters() const {
  return {&log_matern_,  &log_length_,      &log_linear_,    &log_text_,
          &log_product_, &log_turn_length_, &text_exponent_, &noise_};
}

}  // namespace foreview
