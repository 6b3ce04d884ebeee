#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace foreview {

/// Cross-validation inside the training rows.
struct Folds {
  int count = 0;
  std::vector<int> of_row;           ///< [rows], 0 to count-1
  std::vector<size_t> group_of_row;  ///< [rows]; rows of one group are in one fold

  std::vector<size_t> inside(int fold) const;   ///< rows of the fold
  std::vector<size_t> outside(int fold) const;  ///< all others
  Folds without(int fold) const;                ///< the other folds, of the rows outside; at least two folds
};

/// Folds of nearly equal size. Rows of one known author stay together when there are at least `most_folds` authors,
/// so that what is learnt holds for authors never seen; an empty author is a group of its own.
Folds make_folds(const std::vector<std::string>& authors, int most_folds, uint64_t seed);
/// The same without regard to authors.
Folds make_row_folds(size_t rows, int most_folds, uint64_t seed);

}  // namespace foreview
