#pragma once

#include "media/tracks.h"

namespace foreview {

/// How far what moves moves from one sampled frame to the next, in widths and heights of the content box.
struct TypicalShift {
  double right = 0, down = 0;
  double certainty = 0;  ///< correlation at that shift, 0 to 1
};

/// The shift at which consecutive frames, each without what stands still (the mean over time), correlate best, all
/// pairs together: finds movement of many pixels a frame, which the optical flow constraint cannot. At most a third of
/// the width and of the height. Zero for less than two frames and where nothing moves.
TypicalShift typical_shift(const Frames& frames);

}  // namespace foreview
