#include "regression/kernel_columns.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace foreview {
namespace {

bool is(int block, TokenKind kind) { return block == static_cast<int>(kind); }

bool is_written(int block) { return is(block, TokenKind::transcript) || is(block, TokenKind::caption); }

constexpr double facts_of_a_group = 8;  // that an embedding counts as

}  // namespace

KernelColumns KernelColumns::of(const PooledLayout& layout, bool with_text_score) {
  KernelColumns taken;
  const std::vector<int> block_of_column = layout.block_of_column(), layout_group = layout.group_of_column();
  const std::set<int> axes = layout.groups_of_axes();
  std::map<int, int> group_of;
  for (size_t column = 0; column < block_of_column.size(); ++column) {
    const int block = block_of_column[column];
    if (is_written(block) || (is(block, TokenKind::text_score) && !with_text_score)) continue;
    const auto [group, is_new] = group_of.try_emplace(layout_group[column], static_cast<int>(group_of.size()));
    if (is_new) taken.is_narrow.push_back(!axes.contains(layout_group[column]));
    taken.columns.push_back(column);
    taken.group_of_column.push_back(group->second);
  }
  return taken;
}

std::vector<double> KernelColumns::take(std::span<const double> pooled) const {
  std::vector<double> numbers;
  for (const size_t column : columns) numbers.push_back(pooled[column]);
  return numbers;
}

Matrix KernelColumns::take(const Matrix& pooled) const {
  Matrix numbers(pooled.rows, columns.size());
  for (size_t row = 0; row < pooled.rows; ++row) std::ranges::copy(take(pooled.row(row)), numbers.row(row).begin());
  return numbers;
}

std::vector<double> KernelColumns::weights() const {
  std::vector<double> sizes(is_narrow.size(), 0), weights;
  for (const int group : group_of_column) ++sizes[static_cast<size_t>(group)];
  for (const int group : group_of_column) {
    const auto g = static_cast<size_t>(group);
    weights.push_back(is_narrow[g] ? 1 : std::min(1.0, std::sqrt(facts_of_a_group / sizes[g])));
  }
  return weights;
}

}  // namespace foreview
