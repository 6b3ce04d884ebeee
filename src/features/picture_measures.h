#pragma once

#include <string>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// What a few formulas tell of how a video looks, inside the content box, each a mean over up to 32 frames spread
/// evenly: brightness (luma, 0 to 1), its deviation, 5 % and 95 % quantiles; warmth (red minus blue), green minus
/// the mean of red and blue, saturation, colourfulness (Hasler and Süsstrunk 2003); logarithms of the mean grey step
/// over 1, 2, 4 and 8 pixels, and of the ratio of steps across to steps along; of the median colour the luma, and
/// warmth and greenness over the sum of its channels (how the scene is coloured, however it is lit); what stands out
/// from the scene (foreground.h); and two of time: cuts a second and the deviation of the brightness over time.
const std::vector<std::string>& picture_measure_names();

/// picture_measure_names() numbers; empty without frames.
std::vector<float> picture_measures(const Frames& frames);

}  // namespace foreview
