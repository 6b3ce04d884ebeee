#pragma once

#include <optional>

#include "features/video_features.h"
#include "regression/gaussian_process.h"

namespace foreview {

/// What a process that is also told what the channels show expects of every training row: lessons for author-free
/// models, calmer than the labels (privileged information, Vapnik and Vashist 2009). None when no channel shows anything.
/// `rows`: as the author-free process sees them.
std::optional<Lessons> author_lessons(const std::vector<const VideoFeatures*>& videos,
                                      const std::vector<double>& labels, GaussianProcessRows rows, const Folds& folds,
                                      uint64_t seed);

}  // namespace foreview
