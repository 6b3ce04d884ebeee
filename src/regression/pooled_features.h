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
  /// The same with means and deviations of one kind apart.
  std::vector<int> half_of_column() const;
  /// Halves whose columns are numbers of an embedding or axes of counted words, not facts of their own.
  std::set<int> halves_of_axes() const;
  std::vector<double> pool(const TokenSequence& tokens) const;
  Matrix pool(const std::vector<TokenSequence>& sequences) const;
};

}  // namespace foreview
