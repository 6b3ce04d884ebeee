#pragma once

#include <string>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// Hand-made measures of movement over a grid of 4 x 4 cells inside the content box, beyond those over the whole
/// picture (visual/motion_statistics.h, which come first). Of the change from frame to frame in each cell over time:
/// how it is gathered in space (share of the liveliest cell and of the four liveliest, entropy), its spectrum (share of
/// the power in three bands of the sampled frequencies, over all cells, and of the liveliest), how jerky and
/// how bursty it is. Of the optical flow in each cell (Lucas and Kanade 1981): mean speed, its upper quantile,
/// deviation over time, how much cells move apart and how much directions change. Over the whole picture: the
/// median over frame pairs of the movement to the right and downward, and typical_shift.h's three numbers.
const std::vector<std::string>& motion_measure_names();

/// motion_measure_names() numbers; all zero for a single frame, empty without frames.
std::vector<float> motion_measures(const Frames& frames);

}  // namespace foreview
