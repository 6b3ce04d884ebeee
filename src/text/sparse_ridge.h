#pragma once

#include <vector>

#include "text/vocabulary.h"

// Internal to this folder.
namespace foreview {

/// Ridge regression on sparse rows without an intercept: the w that makes |Xw - y|² + penalty |w|² least, by conjugate
/// gradients from `start` (empty: zeros) on. rows: those of `all` named in `chosen`; labels: [all]. Returns [columns].
std::vector<double> sparse_ridge(const std::vector<SparseRow>& all, const std::vector<size_t>& chosen,
                                 const std::vector<double>& labels, size_t columns, double penalty,
                                 std::vector<double> start);

double dot(const SparseRow& row, const std::vector<double>& weights);

}  // namespace foreview
