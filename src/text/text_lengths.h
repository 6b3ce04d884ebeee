#pragma once

#include <span>
#include <vector>

#include "text/text_terms.h"

namespace foreview {

/// How long rows of counted terms are, group by group of their columns, and rows brought to other lengths. Whether a
/// longer text says more differs from one kind of text to the next.
class TextLengths {
 public:
  TextLengths() = default;  ///< for rows without columns
  /// `ends` [blocks]: one past the last column of each block. `group_of_block` [blocks]: blocks that are measured
  /// together. `centres` [groups]: logarithms of the usual lengths; `longest` [groups]: of the longest over them.
  TextLengths(std::vector<size_t> ends, std::vector<size_t> group_of_block, std::vector<double> centres,
              std::vector<double> longest);
  /// Each block measured by itself.
  TextLengths(std::vector<size_t> ends, std::vector<double> centres, std::vector<double> longest);
  /// The usual length is the geometric mean of those rows that have any term of the group.
  static TextLengths fit(std::span<const SparseRow> rows, std::vector<size_t> ends, std::vector<size_t> group_of_block);
  static TextLengths fit(std::span<const SparseRow> rows, std::vector<size_t> ends);

  /// Logarithm of the row's length over the usual one, within ±2 and no more than the longest had; 0 without a term of
  /// the group. [groups]
  std::vector<double> logarithms(const SparseRow& row) const;
  /// The row with its length in each group the power `exponents` [groups] of what it is over the usual one: with 0 all
  /// rows are of length 1, with 1 twice as many terms are twice as long.
  SparseRow scaled(const SparseRow& row, std::span<const double> exponents) const;

  const std::vector<size_t>& ends() const { return ends_; }
  const std::vector<double>& centres() const { return centres_; }
  const std::vector<double>& longest() const { return longest_; }

 private:
  size_t group_of(int column) const;
  std::vector<double> squares(const SparseRow& row) const;

  std::vector<size_t> ends_, group_of_block_;
  std::vector<double> centres_, longest_;
};

}  // namespace foreview
