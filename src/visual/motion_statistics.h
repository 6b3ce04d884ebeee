#pragma once

#include <vector>

#include "media/tracks.h"

namespace foreview {

/// Number of values that motion_statistics() gives.
inline constexpr int motion_statistic_count = 14;

/// Hand-made measures of movement between consecutive sampled frames, inside the content box, on grey values 0 to 1:
/// the baseline that shows what a few formulas tell without any learning. Logarithms (of the value + 1e-4) of the mean,
/// the deviation over time, the largest and the median over time of the mean absolute frame difference; of the mean
/// over time of its 95 % quantile over space; the share of pixels that change by more than 0.04, its mean and deviation
/// over time; how far the change is gathered in one of 4 x 4 cells; mean absolute change of brightness; its second
/// difference; and the movement to the right and downward in frame widths or heights a frame, with their deviations
/// over time (least squares of the optical flow constraint, Lucas and Kanade 1981, over the whole picture).
/// All zero for a single frame; empty without frames.
std::vector<float> motion_statistics(const Frames& frames);

}  // namespace foreview
