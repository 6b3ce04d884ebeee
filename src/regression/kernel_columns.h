#pragma once

#include <span>

#include "regression/gaussian_process.h"
#include "regression/pooled_features.h"

namespace foreview {

/// The pooled columns that a Gaussian process takes as numbers. What is written it takes as counted words instead.
struct KernelColumns {
  std::vector<size_t> columns;       // of the pooled features, ascending
  std::vector<int> group_of_column;  // parallel
  std::vector<bool> is_narrow;       // [groups]: facts, each with a meaning of its own; else axes of an embedding

  static KernelColumns of(const PooledLayout& layout);
  std::vector<double> take(std::span<const double> pooled) const;
};

}  // namespace foreview
