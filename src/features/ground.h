#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "features/colour_picture.h"

namespace foreview {

using Mask = std::vector<uint8_t>;  // [pixels], 0 or 1

/// The smooth ground behind what stands out: each channel a quadratic in the place.
class Ground {
 public:
  /// Least trimmed squares (Rousseeuw 1984): fitted to the 60 % of a picture's pixels that lie nearest to it.
  static Ground of(const ColourPicture& picture);
  /// One for pictures of one size, where things may cover most of each but leave every place free at times: begins
  /// where each place's values over time are densest, ends at the 40 % of pixels that lie nearest.
  static Ground of(std::span<const ColourPicture> pictures);

  /// Largest distance over the channels, in parts of the scene's light. [pixels]
  std::vector<float> distances(const ColourPicture& picture) const;
  /// Median luma, and a tenth: noise in a black scene does not stand out.
  double light() const { return light_; }

 private:
  static constexpr size_t terms = 6;
  using Terms = std::array<double, terms>;
  struct Fit;
  static Terms terms_at(const ColourPicture& picture, size_t pixel);
  void measure_light(const std::vector<Terms>& places);

  std::array<Terms, 3> weights_{};  // [channels]
  double light_ = 0;
};

}  // namespace foreview
