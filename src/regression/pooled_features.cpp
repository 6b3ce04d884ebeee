#include "regression/pooled_features.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "features/picture_measures.h"

namespace foreview {
namespace {

constexpr int second_groups_from = token_kinds + 1;  // a kind's second group is numbered from here

bool is_timed(int kind) {
  return kind == static_cast<int>(TokenKind::visual) || kind == static_cast<int>(TokenKind::audio);
}

// Mean of each column over the tokens, then (timed kinds) the deviation around it.
void append_statistics(const std::vector<const Token*>& tokens, int dimension, bool with_deviation,
                       std::vector<double>& row) {
  const size_t first = row.size();
  const size_t columns = static_cast<size_t>(dimension) * (with_deviation ? 2 : 1);
  if (tokens.empty()) {
    row.resize(first + columns, std::numeric_limits<double>::quiet_NaN());
    return;
  }
  row.resize(first + columns, 0.0);
  const double count = static_cast<double>(tokens.size());
  for (int d = 0; d < dimension; ++d) {
    double sum = 0, squares = 0;
    for (const Token* token : tokens) sum += token->vector[d];
    const double mean = sum / count;
    for (const Token* token : tokens) squares += (token->vector[d] - mean) * (token->vector[d] - mean);
    row[first + d] = mean;
    if (with_deviation) row[first + dimension + d] = std::sqrt(squares / count);
  }
}

}  // namespace

size_t PooledLayout::columns() const { return block_of_column().size(); }

std::vector<int> PooledLayout::block_of_column() const {
  std::vector<int> blocks;
  for (int kind = 0; kind < token_kinds; ++kind)
    blocks.insert(blocks.end(), static_cast<size_t>(dimensions[kind]) * (is_timed(kind) ? 2 : 1), kind);
  for (int kind = 0; kind < token_kinds; ++kind)
    if (dimensions[kind] > 0) blocks.push_back(token_kinds);
  return blocks;
}

std::vector<int> PooledLayout::group_of_column() const {
  std::vector<int> groups = block_of_column();
  std::array<int, token_kinds> seen{};
  for (int& group : groups)
    if (group < token_kinds && seen[group]++ >= size_of_first_group(group)) group += second_groups_from;
  return groups;
}

std::set<int> PooledLayout::groups_of_axes() const {
  std::set<int> groups;
  for (const TokenKind kind : {TokenKind::visual, TokenKind::audio, TokenKind::transcript, TokenKind::caption}) {
    groups.insert(static_cast<int>(kind));
    if (is_timed(static_cast<int>(kind))) groups.insert(static_cast<int>(kind) + second_groups_from);
  }
  return groups;
}

int PooledLayout::size_of_first_group(int kind) const {
  if (kind == static_cast<int>(TokenKind::measures)) return static_cast<int>(picture_measure_names().size());
  return dimensions[kind];
}

std::vector<double> PooledLayout::pool(const TokenSequence& tokens) const {
  std::array<std::vector<const Token*>, token_kinds> by_kind;
  for (const Token& token : tokens) by_kind[static_cast<size_t>(token.kind)].push_back(&token);
  std::vector<double> row;
  for (int kind = 0; kind < token_kinds; ++kind)
    append_statistics(by_kind[kind], dimensions[kind], is_timed(kind), row);
  for (int kind = 0; kind < token_kinds; ++kind)
    if (dimensions[kind] > 0) row.push_back(std::log1p(static_cast<double>(by_kind[kind].size())));
  return row;
}

Matrix PooledLayout::pool(const std::vector<TokenSequence>& sequences) const {
  Matrix rows(sequences.size(), columns());
  for (size_t i = 0; i < sequences.size(); ++i) std::ranges::copy(pool(sequences[i]), rows.row(i).begin());
  return rows;
}

}  // namespace foreview
