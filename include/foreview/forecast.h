#pragma once

#include <optional>
#include <string>
#include <vector>

namespace foreview {

/// The answer for one video, in the target's own units (views).
struct Forecast {
  std::string video;               ///< the file asked about
  std::string target;              ///< "view_count", ...
  double median = 0;               ///< as likely above as below
  double low = 0, high = 0;        ///< 80 % interval
  double percentile = 0;           ///< share of the training labels below the median, 0 to 100
  double chance_of_top_tenth = 0;  ///< probability of reaching the best tenth of the training labels, 0 to 1
  /// Probability of ending in each quarter of the training labels, the lowest first; empty for a 0/1 target.
  std::vector<double> chance_of_quarters;
  std::string track;               ///< "author_free" or "author_aware"
  std::string verdict;             ///< of the held-out evaluation: "skill", "no skill", "too few videos"
  std::vector<std::string> notes;  ///< what the reader should know: no audio track, far from the training data, ...
};

}  // namespace foreview
