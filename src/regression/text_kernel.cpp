#include "regression/text_kernel.h"

namespace foreview {

Matrix text_products(std::span<const SparseRow> a, std::span<const SparseRow> b, size_t first, size_t end) {
  std::vector<std::vector<std::pair<int, double>>> rows_of_column(end > first ? end - first : 0);
  const auto inside = [&](int column) {
    return static_cast<size_t>(column) >= first && static_cast<size_t>(column) < end;
  };
  for (size_t row = 0; row < b.size(); ++row)
    for (const auto& [column, value] : b[row])
      if (inside(column))
        rows_of_column[static_cast<size_t>(column) - first].emplace_back(static_cast<int>(row), value);
  Matrix products(a.size(), b.size());
  for (size_t row = 0; row < a.size(); ++row) {
    const auto sums = products.row(row);
    for (const auto& [column, value] : a[row])
      if (inside(column))
        for (const auto& [other, weight] : rows_of_column[static_cast<size_t>(column) - first])
          sums[static_cast<size_t>(other)] += value * weight;
  }
  return products;
}

}  // namespace foreview
