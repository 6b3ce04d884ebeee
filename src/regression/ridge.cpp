#include "regression/ridge.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "regression/stored_values.h"

namespace foreview {
namespace {

// Penalties per row and unit of block variance; the last leaves nothing but the mean.
constexpr double penalties[] = {1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10, 30, 100, 1e9};
constexpr size_t penalty_count = std::size(penalties);
constexpr double most_deviations = 8;

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// One column of weights a penalty, by the eigenvectors of the smaller of XᵀX and XXᵀ (Hastie, Tibshirani, Friedman
// 2009, eq. 3.47 and exercise 18.4). `rows` is centred, `labels` are centred.
Matrix all_weights(const Matrix& rows, const std::vector<double>& labels) {
  Matrix y(rows.rows, 1);
  y.values = labels;
  const bool primal = rows.cols <= rows.rows;
  const SymmetricEigen eigen =
      symmetric_eigen(primal ? multiply_transposed_left(rows, rows) : multiply_transposed_right(rows, rows));
  const Matrix right = primal ? multiply_transposed_left(rows, y) : y;
  const Matrix turned = multiply_transposed_left(eigen.vectors, right);  // [k, 1]
  Matrix shrunk(turned.rows, penalty_count);
  for (size_t k = 0; k < turned.rows; ++k)
    for (size_t p = 0; p < penalty_count; ++p)
      shrunk.at(k, p) = turned.at(k, 0) / (eigen.values[k] + penalties[p] * static_cast<double>(rows.rows));
  const Matrix solved = multiply(eigen.vectors, shrunk);
  return primal ? solved : multiply_transposed_left(rows, solved);
}

struct Scaling {
  std::vector<double> mean, scale;
};

Scaling scaling_of(const Matrix& rows, const std::vector<int>& block_of_column) {
  Scaling scaling{std::vector<double>(rows.cols, 0.0), std::vector<double>(rows.cols, 0.0)};
  std::map<int, int> varying;
  for (size_t c = 0; c < rows.cols; ++c) {
    double sum = 0, squares = 0, known = 0;
    for (size_t r = 0; r < rows.rows; ++r)
      if (std::isfinite(rows.at(r, c))) sum += rows.at(r, c), ++known;
    if (known == 0) continue;
    scaling.mean[c] = sum / known;
    for (size_t r = 0; r < rows.rows; ++r)
      if (std::isfinite(rows.at(r, c))) squares += std::pow(rows.at(r, c) - scaling.mean[c], 2);
    const double deviation = std::sqrt(squares / static_cast<double>(rows.rows));
    if (deviation <= 1e-9 * (1 + std::abs(scaling.mean[c]))) continue;
    scaling.scale[c] = 1 / deviation;
    ++varying[block_of_column[c]];
  }
  for (size_t c = 0; c < rows.cols; ++c)
    if (scaling.scale[c] > 0) scaling.scale[c] /= std::sqrt(static_cast<double>(varying[block_of_column[c]]));
  return scaling;
}

Matrix apply(const Scaling& scaling, const Matrix& rows) {
  Matrix scaled(rows.rows, rows.cols);
  for (size_t r = 0; r < rows.rows; ++r)
    for (size_t c = 0; c < rows.cols; ++c)
      if (std::isfinite(rows.at(r, c)))
        scaled.at(r, c) = std::clamp(rows.at(r, c) - scaling.mean[c], -1e30, 1e30) * scaling.scale[c];
  return scaled;
}

std::vector<double> centred(const std::vector<double>& labels, double mean) {
  std::vector<double> result = labels;
  for (double& value : result) value -= mean;
  return result;
}

}  // namespace

Ridge::Fitted Ridge::fit(const Matrix& rows, const std::vector<int>& block_of_column, const std::vector<double>& labels,
                         const Folds& folds) {
  Matrix held_out(rows.rows, penalty_count);
  for (int fold = 0; fold < folds.count; ++fold) {
    const auto outside = folds.outside(fold), inside = folds.inside(fold);
    const Matrix training = rows.take(outside);
    std::vector<double> training_labels;
    for (size_t row : outside) training_labels.push_back(labels[row]);
    const double mean = mean_of(training_labels);
    const Scaling scaling = scaling_of(training, block_of_column);
    const Matrix weights = all_weights(apply(scaling, training), centred(training_labels, mean));
    const Matrix predicted = multiply(apply(scaling, rows.take(inside)), weights);
    for (size_t i = 0; i < inside.size(); ++i)
      for (size_t p = 0; p < penalty_count; ++p) held_out.at(inside[i], p) = predicted.at(i, p) + mean;
  }
  size_t best = penalty_count - 1;
  double best_error = INFINITY;
  for (size_t p = penalty_count; p-- > 0;) {
    double error = 0;
    for (size_t r = 0; r < rows.rows; ++r) error += std::pow(held_out.at(r, p) - labels[r], 2);
    if (error < best_error * (1 - 1e-9)) best_error = error, best = p;
  }

  Fitted fitted;
  const Scaling scaling = scaling_of(rows, block_of_column);
  const double mean = mean_of(labels);
  const Matrix weights = all_weights(apply(scaling, rows), centred(labels, mean));
  fitted.ridge.mean_ = scaling.mean;
  fitted.ridge.scale_ = scaling.scale;
  fitted.ridge.intercept_ = mean;
  for (size_t c = 0; c < rows.cols; ++c) fitted.ridge.weights_.push_back(weights.at(c, best));
  for (size_t r = 0; r < rows.rows; ++r) fitted.out_of_fold.push_back(held_out.at(r, best));
  return fitted;
}

std::vector<double> Ridge::scaled(std::span<const double> row) const {
  std::vector<double> result(mean_.size(), 0.0);
  for (size_t c = 0; c < result.size() && c < row.size(); ++c)
    if (std::isfinite(row[c])) result[c] = std::clamp(row[c] - mean_[c], -1e30, 1e30) * scale_[c];
  return result;
}

double Ridge::predict(std::span<const double> row) const {
  const std::vector<double> values = scaled(row);
  double sum = intercept_;
  for (size_t c = 0; c < values.size(); ++c)
    sum += std::clamp(values[c], -most_deviations, most_deviations) * weights_[c];
  return sum;
}

void Ridge::store(const std::string& prefix, SafetensorsFile& into) const {
  store_vector(prefix + "mean", mean_, into);
  store_vector(prefix + "scale", scale_, into);
  store_vector(prefix + "weights", weights_, into);
  store_vector(prefix + "intercept", {intercept_}, into);
}

Ridge Ridge::restore(const std::string& prefix, const SafetensorsFile& from) {
  Ridge ridge;
  ridge.mean_ = restore_vector(prefix + "mean", from);
  ridge.scale_ = restore_vector(prefix + "scale", from, ridge.mean_.size());
  ridge.weights_ = restore_vector(prefix + "weights", from, ridge.mean_.size());
  ridge.intercept_ = restore_vector(prefix + "intercept", from, 1)[0];
  return ridge;
}

}  // namespace foreview
