#include "text/sparse_ridge.h"

#include <cmath>
#include <numeric>

namespace foreview {
namespace {

constexpr int most_steps = 200;
constexpr double precision = 1e-5;  // of the gradient's length, against the first

double squared(const std::vector<double>& vector) {
  return std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0);
}

/// The normal equations' matrix, X'X + penalty, times a vector.
class NormalMatrix {
 public:
  NormalMatrix(const std::vector<SparseRow>& all, const std::vector<size_t>& chosen, double penalty)
      : all_(all), chosen_(chosen), penalty_(penalty) {}

  std::vector<double> times(const std::vector<double>& vector) const {
    std::vector<double> result(vector.size());
    for (size_t i = 0; i < vector.size(); ++i) result[i] = penalty_ * vector[i];
    for (const size_t row : chosen_) {
      const double value = dot(all_[row], vector);
      for (const auto& [column, weight] : all_[row]) result[column] += value * weight;
    }
    return result;
  }

 private:
  const std::vector<SparseRow>& all_;
  const std::vector<size_t>& chosen_;
  double penalty_;
};

}  // namespace

double dot(const SparseRow& row, const std::vector<double>& weights) {
  double sum = 0;
  for (const auto& [column, weight] : row) sum += weight * weights[column];
  return sum;
}

std::vector<double> sparse_ridge(const std::vector<SparseRow>& all, const std::vector<size_t>& chosen,
                                 const std::vector<double>& labels, size_t columns, double penalty,
                                 std::vector<double> start) {
  const NormalMatrix matrix(all, chosen, penalty);
  std::vector<double> weights = std::move(start);
  weights.resize(columns, 0);
  std::vector<double> aim(columns, 0);  // X'y
  for (const size_t row : chosen)
    for (const auto& [column, weight] : all[row]) aim[column] += labels[row] * weight;
  std::vector<double> residual = aim;
  const std::vector<double> reached = matrix.times(weights);
  for (size_t i = 0; i < columns; ++i) residual[i] -= reached[i];
  std::vector<double> direction = residual;
  double length = squared(residual);
  const double enough = precision * precision * squared(aim);
  for (int step = 0; step < most_steps && length > enough; ++step) {
    const std::vector<double> changed = matrix.times(direction);
    const double stride = length / std::inner_product(direction.begin(), direction.end(), changed.begin(), 0.0);
    for (size_t i = 0; i < columns; ++i) {
      weights[i] += stride * direction[i];
      residual[i] -= stride * changed[i];
    }
    const double shorter = squared(residual);
    for (size_t i = 0; i < columns; ++i) direction[i] = residual[i] + shorter / length * direction[i];
    length = shorter;
  }
  return weights;
}

}  // namespace foreview
