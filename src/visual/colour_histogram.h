#pragma once

#include <vector>

#include "media/tracks.h"

namespace foreview {

/// Joint RGB histogram with 4 bins a channel over all sampled frames inside the content box: 64 shares that sum to 1.
/// Blind to order and motion on purpose: the baseline that shows what appearance alone can tell.
std::vector<float> colour_histogram(const Frames& frames);

}  // namespace foreview
