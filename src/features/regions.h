#pragma once

#include <cstddef>
#include <vector>

#include "features/ground.h"

namespace foreview {

/// Pixels that touch side by side.
struct Region {
  size_t pixels = 0;
  double inner_radius = 0;  ///< of the largest circle inside, in pixels (its border outside: 1 for a single pixel)
  double outer_radius = 0;  ///< of the circle around its centre that holds it all, in pixels
};

/// Regions of a mask [height, width], by their first pixels.
std::vector<Region> regions_of(const Mask& mask, int width, int height);
/// How many pixels each has: without measuring circles.
std::vector<size_t> region_sizes(Mask mask, int width);
/// With holes filled: pixels that no way leads from to the picture's border.
Mask without_holes(const Mask& mask, int width, int height);
/// Without pixels beside others that are not of the mask; the picture's border is no edge.
Mask without_edges(const Mask& mask, int width, int height);

}  // namespace foreview
