#include "text/truncated_svd.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "core/interrupt.h"
#include "core/random.h"

namespace foreview {
namespace {

constexpr int oversampling = 16;     // extra directions that make the wanted ones accurate
constexpr int power_iterations = 6;  // text spectra fall slowly
constexpr double zero_share = 1e-9;  // of the largest singular value: below it is rounding
constexpr double rounding = 1e9;     // components are kept to nine decimals: shorter in JSON, and read back exactly

at::Tensor sparse_matrix(const std::vector<SparseRow>& rows, int columns, bool transposed) {
  std::vector<int64_t> row_indices, column_indices;
  std::vector<double> values;
  for (size_t row = 0; row < rows.size(); ++row) {
    for (const auto& [column, value] : rows[row]) {
      row_indices.push_back(static_cast<int64_t>(row));
      column_indices.push_back(column);
      values.push_back(value);
    }
  }
  const auto row_count = static_cast<int64_t>(rows.size());
  const at::Tensor down = torch::tensor(row_indices, torch::kInt64),
                   across = torch::tensor(column_indices, torch::kInt64);
  const at::Tensor entries = torch::tensor(values, torch::kFloat64);
  return transposed ? torch::sparse_coo_tensor(torch::stack({across, down}), entries, {columns, row_count}).coalesce()
                    : torch::sparse_coo_tensor(torch::stack({down, across}), entries, {row_count, columns}).coalesce();
}

at::Tensor random_directions(int64_t rows, int64_t columns) {
  Random random(derive_seed(0, "truncated svd"));
  at::Tensor directions = torch::empty({rows, columns}, torch::kFloat64);
  std::generate_n(directions.data_ptr<double>(), directions.numel(), [&] { return random.normal(); });
  return directions;
}

at::Tensor orthonormal(const at::Tensor& matrix) { return std::get<0>(torch::linalg_qr(matrix, "reduced")); }

/// The sign of a singular vector is free: fixed so that the same texts always give the same numbers.
void fix_signs(at::Tensor& components) {
  const at::Tensor largest = components.abs().argmax(0, /*keepdim=*/true);
  components *= components.gather(0, largest).sign();
}

}  // namespace

TruncatedSvd truncated_svd(const std::vector<SparseRow>& rows, int columns, int dimension) {
  torch::NoGradGuard no_gradients;
  const int64_t smaller = std::min<int64_t>(static_cast<int64_t>(rows.size()), columns);
  const int64_t directions = std::min<int64_t>(smaller, dimension + oversampling);
  if (directions <= 0 || dimension <= 0) return {};
  const at::Tensor matrix = sparse_matrix(rows, columns, false), transposed = sparse_matrix(rows, columns, true);

  at::Tensor basis = orthonormal(torch::mm(matrix, random_directions(columns, directions)));  // [rows, directions]
  for (int i = 0; i < power_iterations; ++i) {
    throw_if_interrupted();
    basis = orthonormal(torch::mm(matrix, orthonormal(torch::mm(transposed, basis))));
  }
  const auto [left, singular, right] = torch::linalg_svd(torch::mm(transposed, basis), /*full_matrices=*/false);
  const double zero = singular[0].item<double>() * zero_share;
  const int64_t rank = std::min<int64_t>(dimension, (singular > std::max(zero, 1e-12)).sum().item<int64_t>());
  at::Tensor components = left.slice(1, 0, rank).contiguous();  // [columns, rank]
  if (rank == 0) return {};
  fix_signs(components);
  components = (components * rounding).round() / rounding;
  const double* data = components.data_ptr<double>();
  return {.rank = static_cast<int>(rank), .components = {data, data + components.numel()}};
}

}  // namespace foreview
