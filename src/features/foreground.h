#pragma once

#include "features/colour_picture.h"

namespace foreview {

/// What stands out from the scene behind it: pixels away in some channel, by 0.12 of the scene's light, from a smooth
/// ground (a quadratic in the place, fitted to the 60 % of pixels that lie nearest to it).
struct Foreground {
  double share = 0;    ///< of the picture, 0 to 1
  double region = 0;   ///< logarithm of the share of the picture that the connected region of a typical pixel fills
  double regions = 0;  ///< how many regions of one size would be as dispersed; small specks hardly count
  double detail = 0;   ///< logarithm of the mean grey step inside, over the scene's light; edges left out
};

Foreground foreground_of(const ColourPicture& picture);

}  // namespace foreview
