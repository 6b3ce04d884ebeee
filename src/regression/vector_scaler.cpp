#include "regression/vector_scaler.h"

#include <algorithm>
#include <cmath>

#include "regression/stored_values.h"

namespace foreview {
namespace {

constexpr double most_deviations = 8;

double clamped(double value) { return std::clamp(value, -most_deviations, most_deviations); }

}  // namespace

VectorScaler VectorScaler::fit(const Matrix& rows, const Options& options) {
  VectorScaler scaler;
  if (rows.rows == 0 || rows.cols == 0) return scaler;
  scaler.mean_.assign(rows.cols, 0);
  scaler.scale_.assign(rows.cols, 0);
  double total_variance = 0;
  for (size_t c = 0; c < rows.cols; ++c) {
    double sum = 0, squares = 0, known = 0;
    for (size_t r = 0; r < rows.rows; ++r)
      if (std::isfinite(rows.at(r, c))) sum += rows.at(r, c), ++known;
    if (known == 0) continue;
    scaler.mean_[c] = sum / known;
    for (size_t r = 0; r < rows.rows; ++r)
      if (std::isfinite(rows.at(r, c))) squares += std::pow(rows.at(r, c) - scaler.mean_[c], 2);
    const double deviation = std::sqrt(squares / known);
    const bool varies = deviation > 1e-9 * (1 + std::abs(scaler.mean_[c]));
    scaler.scale_[c] = varies ? 1 / deviation : 0;
    total_variance += varies ? deviation * deviation : 0;
  }
  if (!options.standardise) {
    const double common = total_variance > 0 ? 1 / std::sqrt(total_variance / static_cast<double>(rows.cols)) : 0;
    for (double& scale : scaler.scale_) scale = scale > 0 ? common : 0;
  }
  if (options.most_axes <= 0) return scaler;

  Matrix scaled(rows.rows, rows.cols);
  for (size_t r = 0; r < rows.rows; ++r)
    for (size_t c = 0; c < rows.cols; ++c)
      if (std::isfinite(rows.at(r, c))) scaled.at(r, c) = clamped((rows.at(r, c) - scaler.mean_[c]) * scaler.scale_[c]);
  Matrix covariance = multiply_transposed_left(scaled, scaled);
  for (double& value : covariance.values) value /= static_cast<double>(rows.rows);
  const SymmetricEigen eigen = symmetric_eigen(covariance);
  size_t kept = 0;
  const size_t most = std::min({static_cast<size_t>(options.most_axes), rows.cols, rows.rows});
  while (kept < most && eigen.values[kept] > 1e-6 * eigen.values[0] && eigen.values[0] > 0) ++kept;
  kept = std::max<size_t>(kept, 1);
  const double common = 1 / std::sqrt(std::max(eigen.values[0], 1e-12));
  scaler.axes_ = Matrix(rows.cols, kept);
  for (size_t c = 0; c < rows.cols; ++c)
    for (size_t k = 0; k < kept; ++k) scaler.axes_.at(c, k) = common * eigen.vectors.at(c, k);
  return scaler;
}

std::vector<float> VectorScaler::transform(std::span<const float> vector) const {
  std::vector<double> scaled(mean_.size(), 0.0);
  for (size_t c = 0; c < scaled.size() && c < vector.size(); ++c)
    if (std::isfinite(vector[c])) scaled[c] = clamped((vector[c] - mean_[c]) * scale_[c]);
  if (axes_.rows == 0) return {scaled.begin(), scaled.end()};
  std::vector<double> turned(axes_.cols, 0.0);
  for (size_t c = 0; c < scaled.size(); ++c)
    for (size_t k = 0; k < turned.size(); ++k) turned[k] += scaled[c] * axes_.at(c, k);
  std::vector<float> result;
  for (double value : turned) result.push_back(static_cast<float>(clamped(value)));
  return result;
}

void VectorScaler::store(const std::string& prefix, SafetensorsFile& into) const {
  store_vector(prefix + "mean", mean_, into);
  store_vector(prefix + "scale", scale_, into);
  store_matrix(prefix + "axes", axes_, into);
}

VectorScaler VectorScaler::restore(const std::string& prefix, const SafetensorsFile& from) {
  VectorScaler scaler;
  scaler.mean_ = restore_vector(prefix + "mean", from);
  scaler.scale_ = restore_vector(prefix + "scale", from, scaler.mean_.size());
  scaler.axes_ = restore_matrix(prefix + "axes", from);
  if (scaler.axes_.rows != 0) require_size(prefix + "axes", scaler.axes_.rows, scaler.mean_.size(), from);
  return scaler;
}

}  // namespace foreview
