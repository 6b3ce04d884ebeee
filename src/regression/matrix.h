#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace foreview {

/// Row-major matrix of doubles.
struct Matrix {
  size_t rows = 0, cols = 0;
  std::vector<double> values;  // [rows, cols]

  Matrix() = default;
  Matrix(size_t row_count, size_t col_count) : rows(row_count), cols(col_count), values(row_count * col_count, 0.0) {}

  std::span<double> row(size_t r) { return std::span(values).subspan(r * cols, cols); }
  std::span<const double> row(size_t r) const { return std::span(values).subspan(r * cols, cols); }
  double& at(size_t r, size_t c) { return values[r * cols + c]; }
  double at(size_t r, size_t c) const { return values[r * cols + c]; }

  /// The rows with these indices, in this order.
  Matrix take(const std::vector<size_t>& indices) const;
};

/// Eigenvalues in descending order (negative rounding set to 0) with their unit vectors in the columns.
struct SymmetricEigen {
  std::vector<double> values;  // [n]
  Matrix vectors;              // [n, n]
};
SymmetricEigen symmetric_eigen(const Matrix& symmetric);

/// a·b, aᵀ·b and a·bᵀ.
Matrix multiply(const Matrix& a, const Matrix& b);
Matrix multiply_transposed_left(const Matrix& a, const Matrix& b);
Matrix multiply_transposed_right(const Matrix& a, const Matrix& b);

/// For every row of `rows`, the Euclidean distance to the nearest row of `reference`; with `skip_same`, row i of
/// `reference` is no neighbour of row i.
std::vector<double> nearest_distances(const Matrix& rows, const Matrix& reference, bool skip_same);

}  // namespace foreview
