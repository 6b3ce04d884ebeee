#include "regression/gaussian_process.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/random.h"
#include "regression/covariance.h"
#include "regression/stored_values.h"
#include "tensors/one_thread.h"

namespace foreview {
namespace {

constexpr double most_deviations = 4;
constexpr size_t chunk = 2000;  // rows against all supports at a time: bounds memory

std::vector<double> values_of(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.detach().contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

at::Tensor tensor_of(const std::vector<double>& values) { return torch::tensor(values, torch::kFloat64); }

at::Tensor index_tensor(const std::vector<size_t>& rows) {
  return torch::tensor(std::vector<int64_t>(rows.begin(), rows.end()), torch::kInt64);
}

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

struct Solution {
  at::Tensor weights;  // [supports]
  std::vector<double> out_of_fold;
};

/// Every row is a support. What a row's fold would have been told by all others follows from the inverse of the whole
/// matrix (Rasmussen and Williams 2006, section 5.4.2, for blocks).
Solution solve_exactly(const Covariance& covariance, const CovariancePoints& points, const at::Tensor& labels,
                       const Folds& folds) {
  at::Tensor matrix = covariance.between(points, points);
  matrix.diagonal().add_(covariance.noise(points));
  const at::Tensor inverse = torch::cholesky_inverse(torch::linalg_cholesky(matrix, false));
  Solution solution{.weights = torch::mv(inverse, labels), .out_of_fold = std::vector<double>(folds.of_row.size(), 0)};
  for (int fold = 0; fold < folds.count; ++fold) {
    const std::vector<size_t> inside = folds.inside(fold);
    if (inside.empty()) continue;
    const at::Tensor rows = index_tensor(inside);
    const at::Tensor block = inverse.index_select(0, rows).index_select(1, rows);
    const at::Tensor error =
        torch::cholesky_solve(solution.weights.index_select(0, rows).unsqueeze(1), torch::linalg_cholesky(block, false))
            .squeeze(1);
    const std::vector<double> predicted = values_of(labels.index_select(0, rows) - error);
    for (size_t i = 0; i < inside.size(); ++i) solution.out_of_fold[inside[i]] = predicted[i];
  }
  return solution;
}

/// Normal equations of the supports' weights, summed over some rows.
struct NormalEquations {
  at::Tensor matrix, right;

  explicit NormalEquations(int64_t supports)
      : matrix(torch::zeros({supports, supports}, torch::kFloat64)), right(torch::zeros({supports}, torch::kFloat64)) {}
};

Solution solve_with_supports(const Covariance& covariance, const CovariancePoints& points,
                             const CovariancePoints& supports, const at::Tensor& labels, const Folds& folds) {
  const int64_t count = supports.numbers.size(0);
  at::Tensor prior = covariance.between(supports, supports);
  prior.diagonal().add_(1e-6);
  const auto for_chunks = [&](int fold, const auto& use) {
    const std::vector<size_t> inside = folds.inside(fold);
    for (size_t first = 0; first < inside.size(); first += chunk) {
      const std::vector<size_t> rows(
          inside.begin() + static_cast<std::ptrdiff_t>(first),
          inside.begin() + static_cast<std::ptrdiff_t>(std::min(first + chunk, inside.size())));
      const CovariancePoints some = points.take(rows);
      use(rows, some, covariance.between(some, supports));
    }
  };
  std::vector<NormalEquations> of_fold;
  NormalEquations all(count);
  for (int fold = 0; fold < folds.count; ++fold) {
    NormalEquations& sum = of_fold.emplace_back(count);
    for_chunks(fold, [&](const auto& rows, const CovariancePoints& some, const at::Tensor& kernel) {
      const at::Tensor weighed = kernel / covariance.noise(some).unsqueeze(1);
      sum.matrix += torch::mm(weighed.t(), kernel);
      sum.right += torch::mv(weighed.t(), labels.index_select(0, index_tensor(rows)));
    });
    all.matrix += sum.matrix;
    all.right += sum.right;
  }
  const auto solved = [&](const at::Tensor& matrix, const at::Tensor& right) {
    return torch::cholesky_solve(right.unsqueeze(1), torch::linalg_cholesky(matrix + prior, false)).squeeze(1);
  };
  Solution solution{.weights = solved(all.matrix, all.right),
                    .out_of_fold = std::vector<double>(folds.of_row.size(), 0)};
  for (int fold = 0; fold < folds.count; ++fold) {
    const at::Tensor weights = solved(all.matrix - of_fold[fold].matrix, all.right - of_fold[fold].right);
    for_chunks(fold, [&](const auto& rows, const CovariancePoints&, const at::Tensor& kernel) {
      const std::vector<double> predicted = values_of(torch::mv(kernel, weights));
      for (size_t i = 0; i < rows.size(); ++i) solution.out_of_fold[rows[i]] = predicted[i];
    });
  }
  return solution;
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

/// The words of the product blocks, times their variances.
SparseRow product_words(const SparseRow& row, const std::vector<size_t>& ends, const Covariance& covariance) {
  SparseRow words;
  for (const auto& [column, value] : row) {
    const auto block = static_cast<size_t>(std::ranges::upper_bound(ends, static_cast<size_t>(column)) - ends.begin());
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

void store_rows(const std::string& prefix, const std::vector<SparseRow>& rows, SafetensorsFile& into) {
  std::vector<double> ends, columns, values;
  for (const SparseRow& row : rows) {
    for (const auto& [column, value] : row) columns.push_back(column), values.push_back(value);
    ends.push_back(static_cast<double>(columns.size()));
  }
  store_vector(prefix + "ends", ends, into);
  store_vector(prefix + "columns", columns, into);
  store_vector(prefix + "values", values, into);
}

std::vector<SparseRow> restore_rows(const std::string& prefix, const SafetensorsFile& from, size_t count) {
  const std::vector<double> ends = restore_vector(prefix + "ends", from, count),
                            columns = restore_vector(prefix + "columns", from),
                            values = restore_vector(prefix + "values", from, columns.size());
  std::vector<SparseRow> rows(count);
  size_t at = 0;
  for (size_t row = 0; row < count; ++row)
    for (; at < columns.size() && static_cast<double>(at) < ends[row]; ++at)
      rows[row].emplace_back(static_cast<int>(std::clamp(columns[at], 0.0, 1e9)), values[at]);
  require_size(prefix + "ends", at, columns.size(), from);
  return rows;
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
                                             const Folds& folds, const GaussianProcessOptions& options, uint64_t seed) {
  const torch::NoGradGuard no_grad;
  const OneTorchThread one_thread;  // sums inside are then the same on any machine
  Fitted fitted;
  GaussianProcess& process = fitted.process;
  fit_scaling(rows.numbers, process.mean_, process.scale_);
  CovariancePoints points{
      .numbers =
          torch::zeros({static_cast<int64_t>(rows.count()), static_cast<int64_t>(rows.numbers.cols)}, torch::kFloat64),
      .text = rows.text};
  for (size_t r = 0; r < rows.count(); ++r)
    std::ranges::copy(process.standardised(rows.numbers.row(r)),
                      points.numbers.data_ptr<double>() + r * rows.numbers.cols);
  const at::Tensor targets = tensor_of(labels);
  Covariance covariance(rows);
  const auto learnt = some_rows(rows.count(), options.most_learnt, derive_seed(seed, "learnt rows"));
  covariance.learn(points.take(learnt), targets.index_select(0, index_tensor(learnt)), options.steps);

  const bool exact = rows.count() <= options.most_exact;
  const CovariancePoints supports =
      exact ? points : points.take(some_rows(rows.count(), options.supports, derive_seed(seed, "supports")));
  Solution solution = exact ? solve_exactly(covariance, points, targets, folds)
                            : solve_with_supports(covariance, points, supports, targets, folds);
  fitted.out_of_fold = std::move(solution.out_of_fold);

  const at::Tensor scaled = (supports.numbers * covariance.inverse_length()).contiguous();
  process.inverse_length_ = values_of(covariance.inverse_length());
  process.supports_ = Matrix(supports.text.size(), rows.numbers.cols);
  process.supports_.values = values_of(scaled);
  process.support_weights_ = values_of(solution.weights * covariance.matern_variance());
  process.product_weights_ = values_of(solution.weights);
  process.turn_stretch_ = values_of(covariance.turn_scale() / covariance.inverse_length());
  for (const SparseRow& row : supports.text)
    process.support_words_.push_back(product_words(row, rows.text_ends, covariance));
  process.linear_ = values_of(torch::mv(supports.numbers.t(), solution.weights) * covariance.linear_variance());
  process.intercept_ = Covariance::constant * solution.weights.sum().item<double>();
  process.noise_ = values_of(covariance.noise_weights());
  process.text_linear_.assign(rows.text_ends.empty() ? 0 : rows.text_ends.back(), 0.0);
  const std::vector<double> weights = values_of(solution.weights);
  for (size_t r = 0; r < supports.text.size(); ++r)
    for (const auto& [column, value] : supports.text[r]) {
      const auto block = std::ranges::upper_bound(rows.text_ends, static_cast<size_t>(column)) - rows.text_ends.begin();
      process.text_linear_[static_cast<size_t>(column)] +=
          weights[r] * value * covariance.text_variance(static_cast<size_t>(block));
    }
  for (size_t c = 0; c < rows.numbers.cols; ++c)
    if (!rows.is_narrow[static_cast<size_t>(rows.group_of_column[c])]) process.noise_[1 + c] = 0;
  process.measure_supports();
  return fitted;
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
  for (const auto& [column, value] : text) sum += value * text_linear_[static_cast<size_t>(column)];
  for (size_t c = 0; c < place.size(); ++c) place[c] *= inverse_length_[c];
  const double own_turn = turn(place, place);
  for (size_t r = 0; r < supports_.rows; ++r) {
    const std::span<const double> support = supports_.row(r);
    double squared = 0;
    for (size_t c = 0; c < place.size(); ++c) squared += std::pow(place[c] - support[c], 2);
    sum += support_weights_[r] * nearness(squared);
    if (const double words = product_of(support_words_[r], text); words != 0)
      sum += product_weights_[r] * words *
             std::asin(turn(place, support) / std::sqrt((1 + own_turn) * (1 + support_turn_[r]))) *
             (2 / std::numbers::pi);
  }
  return sum;
}

double GaussianProcess::spread(std::span<const double> numbers) const {
  if (noise_.empty()) return 1;
  const std::vector<double> place = standardised(numbers);
  const double moved = std::inner_product(place.begin(), place.end(), noise_.begin() + 1, 0.0);
  return std::sqrt(least_noise_variance + std::exp(noise_[0] + std::clamp(moved, -3.0, 3.0)));
}

void GaussianProcess::store(const std::string& prefix, SafetensorsFile& into) const {
  store_vector(prefix + "mean", mean_, into);
  store_vector(prefix + "scale", scale_, into);
  store_vector(prefix + "inverse_length", inverse_length_, into);
  store_matrix(prefix + "supports", supports_, into);
  store_vector(prefix + "support_weights", support_weights_, into);
  store_vector(prefix + "product_weights", product_weights_, into);
  store_vector(prefix + "turn_stretch", turn_stretch_, into);
  store_rows(prefix + "support_words.", support_words_, into);
  store_vector(prefix + "linear", linear_, into);
  store_vector(prefix + "text_linear", text_linear_, into);
  store_vector(prefix + "noise", noise_, into);
  store_vector(prefix + "intercept", {intercept_}, into);
}

GaussianProcess GaussianProcess::restore(const std::string& prefix, const SafetensorsFile& from, size_t columns,
                                         size_t text_columns) {
  GaussianProcess process;
  process.mean_ = restore_vector(prefix + "mean", from, columns);
  process.scale_ = restore_vector(prefix + "scale", from, columns);
  process.inverse_length_ = restore_vector(prefix + "inverse_length", from, columns);
  process.supports_ = restore_matrix(prefix + "supports", from);
  require_size(prefix + "supports", process.supports_.cols, columns, from);
  process.support_weights_ = restore_vector(prefix + "support_weights", from, process.supports_.rows);
  process.product_weights_ = restore_vector(prefix + "product_weights", from, process.supports_.rows);
  process.turn_stretch_ = restore_vector(prefix + "turn_stretch", from, columns);
  process.support_words_ = restore_rows(prefix + "support_words.", from, process.supports_.rows);
  process.linear_ = restore_vector(prefix + "linear", from, columns);
  process.text_linear_ = restore_vector(prefix + "text_linear", from, text_columns);
  process.noise_ = restore_vector(prefix + "noise", from, 1 + columns);
  process.intercept_ = restore_vector(prefix + "intercept", from, 1)[0];
  process.measure_supports();
  return process;
}

}  // namespace foreview
