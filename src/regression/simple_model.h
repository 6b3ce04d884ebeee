#pragma once

#include <cstdint>
#include <vector>

#include "evaluation/results.h"
#include "features/video_features.h"

namespace foreview {

/// Predictions for `test` by the mean of a ridge regression and boosted trees on caption, metadata and, author-aware,
/// the author: no training worth the name, for comparing splits. Labels on the modelled scale.
std::vector<double> simple_predictions(Track track, const std::vector<VideoFeatures>& train,
                                       const std::vector<double>& labels, const std::vector<VideoFeatures>& test,
                                       uint64_t seed);

/// The shrunk mean of the author's training labels; the mean of all for others.
std::vector<double> author_mean_predictions(const std::vector<VideoFeatures>& train, const std::vector<double>& labels,
                                            const std::vector<VideoFeatures>& test);

}  // namespace foreview
