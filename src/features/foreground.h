#pragma once

#include <span>
#include <string>
#include <vector>

#include "features/colour_picture.h"

namespace foreview {

/// What stands out from the scene behind it: pixels away in some channel, by 0.12 of the scene's light, from a smooth
/// ground (ground.h), the picture's own or the video's, whichever more of the picture lies close to. Each a mean over
/// the pictures:
/// - share: of the picture, 0 to 1
/// - region: logarithm of the share of the picture that the connected region of a typical pixel fills
/// - regions: how many regions of one size would be as dispersed; small specks hardly count
/// - detail: logarithm of the mean grey step inside, over the scene's light; edges left out
/// and of the regions of all pictures, holes filled, specks left out, in parts of the picture's shorter side:
/// - thickness: inner radius of a typical pixel's region
/// - thick_quantile: the inner radius that a tenth of the regions exceeds
/// - radius: that of the circle as large as a typical pixel's region
/// - compactness: share of the circle around its centre that a typical pixel's region fills
/// - count: regions a picture
const std::vector<std::string>& foreground_measure_names();

/// foreground_measure_names() numbers of pictures of one size, at least one.
std::vector<double> foreground_measures(std::span<const ColourPicture> pictures);

}  // namespace foreview
