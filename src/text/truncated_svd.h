#pragma once

#include <vector>

#include "text/vocabulary.h"

// Internal to this folder; torch stays in the .cpp.
namespace foreview {

/// Right singular vectors of a sparse matrix, the largest first.
struct TruncatedSvd {
  int rank = 0;
  std::vector<double> components;  // [columns, rank]; each vector's entry of largest size is positive
};

/// At most `dimension` components of the matrix with these rows (Halko, Martinsson and Tropp 2011, algorithms 4.4 and
/// 5.1, with a fixed seed; exact when the matrix is small). Components that are numerically zero are left out.
TruncatedSvd truncated_svd(const std::vector<SparseRow>& rows, int columns, int dimension);

}  // namespace foreview
