#pragma once

#include <string>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// What formulas alone measure on a video's frames: picture_measures() and motion_measures() in one row.
const std::vector<std::string>& frame_measure_names();

/// frame_measure_names() numbers; empty without frames.
std::vector<float> frame_measures(const Frames& frames);

/// Part of the feature fingerprint: changes with the formulas.
std::string frame_measures_fingerprint();

}  // namespace foreview
