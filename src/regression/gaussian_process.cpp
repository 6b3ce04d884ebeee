#include "regression/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>

#include "core/random.h"
#include "regression/gaussian_process_learning.h"
#include "regression/held_out_choice.h"
#include "tensors/one_thread.h"

namespace foreview {
namespace {

constexpr double most_deviations = 4;

std::vector<double> values_of(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

at::Tensor tensor_of(const std::vector<double>& values) { return torch::tensor(values, torch::kFloat64); }

at::Tensor taken(const std::vector<double>& values, const std::vector<size_t>& rows) {
  return tensor_of(values).index_select(0, index_tensor(rows));
}

void fit_scaling(const Matrix& rows, std::vector<double>& means, std::vector<double>& scales) {
  means.assign(rows.cols, 0);
  scales.assign(rows.cols, 0);
  for (size_t c = 0; c < rows.cols; ++c) {
    double sum = 0, squares = 0, known = 0;
    for (size_t r = 0; r < rows.rows; ++r)
      if (std::isfinite(rows.at(r, c))) sum += rows.at(r, c), ++known;
    if (known == 0) continue;
    means[c] = sum / known;
    for (size_t r = 0; r < rows.rows; ++r)
      if (std::isfinite(rows.at(r, c))) squares += std::pow(rows.at(r, c) - means[c], 2);
    const double deviation = std::sqrt(squares / known);
    if (deviation > 1e-9 * (1 + std::abs(means[c]))) scales[c] = 1 / deviation;
  }
}

size_t block_of(int column, const std::vector<size_t>& ends) {
  return static_cast<size_t>(std::ranges::upper_bound(ends, static_cast<size_t>(column)) - ends.begin());
}

/// A support's words as long as its text makes them.
SparseRow stretched_words(const CovariancePoints& supports, size_t row, const std::vector<size_t>& ends,
                          const std::vector<double>& exponents) {
  SparseRow words = supports.text[row];
  const auto lengths = supports.text_lengths.accessor<double, 2>()[static_cast<int64_t>(row)];
  for (auto& [column, value] : words) {
    const size_t block = block_of(column, ends);
    value *= std::exp(exponents[block] * lengths[static_cast<int64_t>(block)]);
  }
  return words;
}

/// The words of the product blocks, times their variances.
SparseRow product_words(const SparseRow& row, const std::vector<size_t>& ends, const Covariance& covariance) {
  SparseRow words;
  for (const auto& [column, value] : row) {
    const size_t block = block_of(column, ends);
    if (block < covariance.product_blocks()) words.emplace_back(column, value * covariance.product_variance(block));
  }
  return words;
}

/// Both by ascending column.
double product_of(const SparseRow& a, const SparseRow& b) {
  double sum = 0;
  auto other = b.begin();
  for (const auto& [column, value] : a) {
    while (other != b.end() && other->first < column) ++other;
    if (other != b.end() && other->first == column) sum += value * other->second;
  }
  return sum;
}

/// Matérn 3/2, of a squared distance in lengths.
double nearness(double squared) {
  const double distance = std::sqrt(3 * (squared + 1e-10));
  return (1 + distance) * std::exp(-distance);
}

/// What each fold's rows are told by the others, with hyperparameters of the others too.
struct Told {
  std::vector<std::vector<double>> predictions;  // [candidates][rows]
  std::vector<double> spread;                    // [rows]
  std::vector<std::vector<double>> lessons;      // [folds][rows], NaN inside the fold
};

/// `candidates`: labels to learn the weights from.
Told ask_folds(const GaussianProcessRows& rows, const CovariancePoints& points,
               const std::vector<TrainingLabels>& candidates, const Folds& folds, const GaussianProcessOptions& options,
               uint64_t seed) {
  Told told{.predictions = {candidates.size(), std::vector<double>(rows.count(), 0.0)},
            .spread = std::vector<double>(rows.count(), 1.0),
            .lessons = {static_cast<size_t>(folds.count), std::vector<double>(rows.count(), NAN)}};
  for (int fold = 0; fold < folds.count; ++fold) {
    const std::vector<size_t> inside = folds.inside(fold), outside = folds.outside(fold);
    if (outside.empty()) continue;
    const uint64_t own_seed = derive_seed(seed, "fold " + std::to_string(fold));
    const CovariancePoints known = points.take(outside), asked = points.take(inside);
    const at::Tensor truth = taken(candidates.front().truth(), outside);
    const Covariance covariance = learn_covariance(rows, known, truth, options, own_seed);
    const FactorisedRows factorised(covariance, known, options, own_seed);
    const auto put = [](const at::Tensor& tensor, const std::vector<size_t>& at, std::vector<double>& into) {
      const std::vector<double> values = values_of(tensor);
      for (size_t i = 0; i < at.size(); ++i) into[at[i]] = values[i];
    };
    for (size_t c = 0; c < candidates.size(); ++c)
      put(factorised.learn(taken(candidates[c].without(fold), outside)).predict(asked), inside, told.predictions[c]);
    put(covariance.noise(asked).sqrt(), inside, told.spread);
    put(factorised.left_out(truth), outside, told.lessons[static_cast<size_t>(fold)]);
  }
  return told;
}

/// The truth where the first candidate was chosen, halfway to the lessons where the second was.
TrainingLabels chosen_labels(const std::vector<double>& truth, const Lessons& lessons, const HeldOutChoice& choice) {
  std::vector<double> share_of_fold;
  for (const size_t candidate : choice.of_fold) share_of_fold.push_back(candidate == 0 ? 0 : lesson_share);
  return {truth, lessons, share_of_fold, choice.of_all == 0 ? 0 : lesson_share};
}

}  // namespace

std::vector<double> GaussianProcess::standardised(std::span<const double> numbers) const {
  std::vector<double> result(mean_.size(), 0.0);
  for (size_t c = 0; c < result.size() && c < numbers.size(); ++c)
    if (std::isfinite(numbers[c]))
      result[c] = std::clamp((numbers[c] - mean_[c]) * scale_[c], -most_deviations, most_deviations);
  return result;
}

GaussianProcess::Fitted GaussianProcess::fit(const GaussianProcessRows& rows, const std::vector<double>& labels,
                                             const Folds& folds, const GaussianProcessOptions& options, uint64_t seed,
                                             const std::optional<Lessons>& lessons) {
  const torch::NoGradGuard no_grad;
  const OneTorchThread one_thread;  // sums inside are then the same on any machine
  GaussianProcess process;
  fit_scaling(rows.numbers, process.mean_, process.scale_);
  process.lengths_ = TextLengths::fit(rows.text, rows.text_ends);
  const CovariancePoints points = process.points_of(rows);
  std::vector<TrainingLabels> candidates{labels};
  if (lessons) candidates.emplace_back(labels, *lessons);
  Told told = ask_folds(rows, points, candidates, folds, options, seed);
  const HeldOutChoice choice = choose_by_squared_error(told.predictions, labels, folds);
  const FactorisedRows factorised(learn_covariance(rows, points, tensor_of(labels), options, seed), points, options,
                                  seed);
  process.take(rows, factorised.learn(tensor_of(candidates[choice.of_all].all())));
  return {.process = std::move(process),
          .out_of_fold = chosen_of_folds(told.predictions, choice, folds),
          .spread = std::move(told.spread),
          .lessons = {.of_fold = std::move(told.lessons), .of_all = values_of(factorised.left_out(tensor_of(labels)))},
          .labels = lessons ? chosen_labels(labels, *lessons, choice) : TrainingLabels(labels)};
}

CovariancePoints GaussianProcess::points_of(const GaussianProcessRows& rows) const {
  const size_t blocks = rows.text_ends.size();
  CovariancePoints points{
      .numbers =
          torch::zeros({static_cast<int64_t>(rows.count()), static_cast<int64_t>(rows.numbers.cols)}, torch::kFloat64),
      .text = {},
      .text_lengths =
          torch::zeros({static_cast<int64_t>(rows.count()), static_cast<int64_t>(blocks)}, torch::kFloat64)};
  const std::vector<double> none(blocks, 0);
  for (size_t r = 0; r < rows.count(); ++r) {
    std::ranges::copy(standardised(rows.numbers.row(r)), points.numbers.data_ptr<double>() + r * rows.numbers.cols);
    points.text.push_back(lengths_.scaled(rows.text[r], none));
    std::ranges::copy(lengths_.logarithms(rows.text[r]), points.text_lengths.data_ptr<double>() + r * blocks);
  }
  return points;
}

void GaussianProcess::take(const GaussianProcessRows& rows, const LearntProcess& learnt) {
  const Covariance& covariance = learnt.covariance;
  const CovariancePoints& supports = learnt.supports;
  const at::Tensor scaled = (supports.numbers * covariance.inverse_length()).contiguous();
  inverse_length_ = values_of(covariance.inverse_length());
  supports_ = Matrix(supports.text.size(), rows.numbers.cols);
  supports_.values = values_of(scaled);
  support_weights_ = values_of(learnt.weights * covariance.matern_variance());
  product_weights_ = values_of(learnt.weights);
  turn_stretch_ = values_of(covariance.turn_scale() / covariance.inverse_length());
  linear_ = values_of(torch::mv(supports.numbers.t(), learnt.weights) * covariance.linear_variance());
  intercept_ = Covariance::constant * learnt.weights.sum().item<double>();
  noise_ = values_of(covariance.noise_weights());
  exponents_ = values_of(covariance.text_exponents());
  text_linear_.assign(rows.text_ends.empty() ? 0 : rows.text_ends.back(), 0.0);
  for (size_t r = 0; r < supports.text.size(); ++r) {
    const SparseRow words = stretched_words(supports, r, rows.text_ends, exponents_);
    support_words_.push_back(product_words(words, rows.text_ends, covariance));
    for (const auto& [column, value] : words)
      text_linear_[static_cast<size_t>(column)] +=
          product_weights_[r] * value * covariance.text_variance(block_of(column, rows.text_ends));
  }
  for (size_t c = 0; c < rows.numbers.cols; ++c)
    if (!rows.is_narrow[static_cast<size_t>(rows.group_of_column[c])]) noise_[1 + c] = 0;
  measure_supports();
}

/// Inner product at the scales of what turns words; both divided by the lengths.
double GaussianProcess::turn(std::span<const double> a, std::span<const double> b) const {
  double sum = 0;
  for (size_t c = 0; c < a.size(); ++c) sum += a[c] * b[c] * turn_stretch_[c] * turn_stretch_[c];
  return sum;
}

void GaussianProcess::measure_supports() {
  support_turn_.clear();
  for (size_t r = 0; r < supports_.rows; ++r) support_turn_.push_back(turn(supports_.row(r), supports_.row(r)));
}

double GaussianProcess::predict(std::span<const double> numbers, const SparseRow& text) const {
  std::vector<double> place = standardised(numbers);
  double sum = intercept_ + std::inner_product(place.begin(), place.end(), linear_.begin(), 0.0);
  const SparseRow words = lengths_.scaled(text, exponents_);
  for (const auto& [column, value] : words) sum += value * text_linear_[static_cast<size_t>(column)];
  for (size_t c = 0; c < place.size(); ++c) place[c] *= inverse_length_[c];
  const double own_turn = turn(place, place);
  for (size_t r = 0; r < supports_.rows; ++r) {
    const std::span<const double> support = supports_.row(r);
    double squared = 0;
    for (size_t c = 0; c < place.size(); ++c) squared += std::pow(place[c] - support[c], 2);
    sum += support_weights_[r] * nearness(squared);
    if (const double shared = product_of(support_words_[r], words); shared != 0)
      sum += product_weights_[r] * shared *
             std::asin(turn(place, support) / std::sqrt((1 + own_turn) * (1 + support_turn_[r]))) *
             (2 / std::numbers::pi);
  }
  return sum;
}

double GaussianProcess::spread(std::span<const double> numbers) const {
  if (noise_.empty()) return 1;
  const std::vector<double> place = standardised(numbers);
  const double moved = std::inner_product(place.begin(), place.end(), noise_.begin() + 1, 0.0);
  return std::sqrt(least_noise_variance + std::exp(noise_[0] + std::clamp(moved, -most_noise_moved, most_noise_moved)));
}

}  // namespace foreview
