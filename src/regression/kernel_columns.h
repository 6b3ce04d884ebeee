#pragma once

#include <span>

#include "regression/gaussian_process.h"
#include "regression/pooled_features.h"

namespace foreview {

/// The pooled columns that smooth models take as numbers. What is written a Gaussian process takes as counted words
/// instead; other models are given the text score with the numbers.
struct KernelColumns {
  std::vector<size_t> columns;       // of the pooled features, ascending
  std::vector<int> group_of_column;  // parallel
  std::vector<bool> is_narrow;       // [groups]: facts, each with a meaning of its own; else axes of an embedding

  static KernelColumns of(const PooledLayout& layout, bool with_text_score = false);
  std::vector<double> take(std::span<const double> pooled) const;
  Matrix take(const Matrix& pooled) const;
  /// [columns]: 1 for facts; less in an embedding, so that the group together counts as much as some facts.
  std::vector<double> weights() const;
};

}  // namespace foreview
