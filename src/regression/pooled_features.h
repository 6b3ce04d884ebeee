#pragma once

#include <array>
#include <set>
#include <vector>

#include "regression/matrix.h"
#include "regression/token_sequence.h"

namespace foreview {

/// One row of numbers a video for models that take no sequences: mean and deviation over clips and over segments,
/// text and metadata vectors as they are, presence and number of tokens of each kind. NaN where a kind is missing.
struct PooledLayout {
  std::array<int, token_kinds> dimensions{};  ///< of the tokens; 0 for kinds never seen

  size_t columns() const;
  /// The kind each column belongs to; columns of presence and number are of the block `token_kinds`.
  std::vector<int> block_of_column() const;
  /// The same in finer groups: means and deviations of one kind apart, and what formulas measure on single pictures
  /// apart from what they measure on movement.
  std::vector<int> group_of_column() const;
  /// Groups whose columns are numbers of an embedding or axes of counted words, not facts of their own.
  std::set<int> groups_of_axes() const;
  std::vector<double> pool(const TokenSequence& tokens) const;
  Matrix pool(const std::vector<TokenSequence>& sequences) const;

 private:
  int size_of_first_group(int kind) const;
};

}  // namespace foreview
