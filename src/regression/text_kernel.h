#pragma once

#include <span>

#include "regression/matrix.h"
#include "text/text_terms.h"

// Internal to the folder.
namespace foreview {

/// Inner products of every row of `a` with every row of `b` over the columns first <= column < end. [a, b]
Matrix text_products(std::span<const SparseRow> a, std::span<const SparseRow> b, size_t first, size_t end);

}  // namespace foreview
