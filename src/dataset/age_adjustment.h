#pragma once

#include <vector>

#include "dataset/count_label.h"

namespace foreview {

/// How a count grows with the age at which it was read: log(1 + count) is taken to rise linearly with log(age). A count
/// can then be told as it would have been at another age.
struct AgeAdjustment {
  double exponent = 0;       ///< slope, 0 to 2: the count grows about as age ^ exponent
  double reference_age = 0;  ///< seconds; the median age of the videos it was fitted on

  /// The count as it would have been read at the reference age. `age` in seconds, above 0.
  Quantity adjusted(const Quantity& count, double age) const;
};

struct AgedCount {
  double count;  // 0 or more
  double age;    // seconds
};

/// Least squares over training videos. Throws Error{usage} for fewer than 40 of them or negative counts.
AgeAdjustment fit_age_adjustment(const std::vector<AgedCount>& counts);

}  // namespace foreview
