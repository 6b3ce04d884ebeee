#include "text/text_lengths.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace foreview {
namespace {

constexpr double most_logarithm = 2;

std::vector<size_t> every_block(size_t count) {
  std::vector<size_t> groups(count);
  std::iota(groups.begin(), groups.end(), 0);
  return groups;
}

}  // namespace

TextLengths::TextLengths(std::vector<size_t> ends, std::vector<size_t> group_of_block, std::vector<double> centres,
                         std::vector<double> longest)
    : ends_(std::move(ends)),
      group_of_block_(std::move(group_of_block)),
      centres_(std::move(centres)),
      longest_(std::move(longest)) {}

TextLengths::TextLengths(std::vector<size_t> ends, std::vector<double> centres, std::vector<double> longest)
    : ends_(std::move(ends)),
      group_of_block_(every_block(ends_.size())),
      centres_(std::move(centres)),
      longest_(std::move(longest)) {}

TextLengths TextLengths::fit(std::span<const SparseRow> rows, std::vector<size_t> ends) {
  const size_t blocks = ends.size();
  return fit(rows, std::move(ends), every_block(blocks));
}

TextLengths TextLengths::fit(std::span<const SparseRow> rows, std::vector<size_t> ends,
                             std::vector<size_t> group_of_block) {
  const size_t groups = group_of_block.empty() ? 0 : *std::ranges::max_element(group_of_block) + 1;
  TextLengths lengths(std::move(ends), std::move(group_of_block), std::vector<double>(groups, 0),
                      std::vector<double>(groups, most_logarithm));
  std::vector<double> counts(groups, 0), sums(groups, 0);
  for (const SparseRow& row : rows) {
    const std::vector<double> squares = lengths.squares(row);
    for (size_t group = 0; group < groups; ++group)
      if (squares[group] > 0) sums[group] += 0.5 * std::log(squares[group]), ++counts[group];
  }
  for (size_t group = 0; group < groups; ++group)
    if (counts[group] > 0) lengths.centres_[group] = sums[group] / counts[group];
  std::vector<double> longest(groups, 0);
  for (const SparseRow& row : rows) {
    const std::vector<double> logarithms = lengths.logarithms(row);
    for (size_t group = 0; group < groups; ++group) longest[group] = std::max(longest[group], logarithms[group]);
  }
  lengths.longest_ = std::move(longest);
  return lengths;
}

size_t TextLengths::group_of(int column) const {
  return group_of_block_[static_cast<size_t>(std::ranges::upper_bound(ends_, static_cast<size_t>(column)) -
                                             ends_.begin())];
}

std::vector<double> TextLengths::squares(const SparseRow& row) const {
  std::vector<double> sums(centres_.size(), 0);
  for (const auto& [column, value] : row) sums[group_of(column)] += value * value;
  return sums;
}

std::vector<double> TextLengths::logarithms(const SparseRow& row) const {
  std::vector<double> logarithms = squares(row);
  for (size_t group = 0; group < logarithms.size(); ++group) {
    double& value = logarithms[group];
    if (value <= 0) continue;
    const double logarithm = std::max(0.5 * std::log(value) - centres_[group], -most_logarithm);
    value = std::min({logarithm, longest_[group], most_logarithm});
  }
  return logarithms;
}

SparseRow TextLengths::scaled(const SparseRow& row, std::span<const double> exponents) const {
  const std::vector<double> squares = this->squares(row), logarithms = this->logarithms(row);
  SparseRow result = row;
  for (auto& [column, value] : result) {
    const size_t group = group_of(column);
    if (squares[group] > 0) value *= std::exp(exponents[group] * logarithms[group]) / std::sqrt(squares[group]);
  }
  return result;
}

}  // namespace foreview
