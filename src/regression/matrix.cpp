#include "regression/matrix.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace foreview {
namespace {

at::Tensor as_tensor(const Matrix& matrix) {
  return torch::from_blob(const_cast<double*>(matrix.values.data()),
                          {static_cast<int64_t>(matrix.rows), static_cast<int64_t>(matrix.cols)}, torch::kFloat64);
}

Matrix as_matrix(const at::Tensor& tensor) {
  const at::Tensor plain = tensor.contiguous();
  Matrix matrix(plain.size(0), plain.size(1));
  std::copy_n(plain.data_ptr<double>(), matrix.values.size(), matrix.values.begin());
  return matrix;
}

}  // namespace

Matrix Matrix::take(const std::vector<size_t>& indices) const {
  Matrix taken(indices.size(), cols);
  for (size_t i = 0; i < indices.size(); ++i) std::ranges::copy(row(indices[i]), taken.row(i).begin());
  return taken;
}

SymmetricEigen symmetric_eigen(const Matrix& symmetric) {
  SymmetricEigen eigen;
  if (symmetric.rows == 0) return eigen;
  const torch::NoGradGuard no_grad;
  const auto [values, vectors] = torch::linalg_eigh(as_tensor(symmetric), "L");
  eigen.vectors = as_matrix(vectors.flip(1));
  const at::Tensor descending = values.flip(0).contiguous();
  for (size_t i = 0; i < symmetric.rows; ++i) eigen.values.push_back(std::max(0.0, descending.data_ptr<double>()[i]));
  // An eigenvector's sign is arbitrary: the largest entry is made positive, so that every library gives the same.
  for (size_t c = 0; c < eigen.vectors.cols; ++c) {
    double largest = 0;
    for (size_t r = 0; r < eigen.vectors.rows; ++r)
      if (std::abs(eigen.vectors.at(r, c)) > std::abs(largest) + 1e-9) largest = eigen.vectors.at(r, c);
    if (largest < 0)
      for (size_t r = 0; r < eigen.vectors.rows; ++r) eigen.vectors.at(r, c) *= -1;
  }
  return eigen;
}

Matrix multiply(const Matrix& a, const Matrix& b) { return as_matrix(torch::mm(as_tensor(a), as_tensor(b))); }
Matrix multiply_transposed_left(const Matrix& a, const Matrix& b) {
  return as_matrix(torch::mm(as_tensor(a).t(), as_tensor(b)));
}
Matrix multiply_transposed_right(const Matrix& a, const Matrix& b) {
  return as_matrix(torch::mm(as_tensor(a), as_tensor(b).t()));
}

std::vector<double> nearest_distances(const Matrix& rows, const Matrix& reference, bool skip_same) {
  std::vector<double> nearest(rows.rows, std::numeric_limits<double>::infinity());
  for (size_t i = 0; i < rows.rows; ++i) {
    for (size_t j = 0; j < reference.rows; ++j) {
      if (skip_same && i == j) continue;
      double squared = 0;
      for (size_t c = 0; c < rows.cols && squared < nearest[i]; ++c) {
        const double difference = rows.at(i, c) - reference.at(j, c);
        squared += difference * difference;
      }
      nearest[i] = std::min(nearest[i], squared);
    }
    nearest[i] = std::sqrt(nearest[i]);
  }
  return nearest;
}

}  // namespace foreview
