#pragma once

#include <cstdint>

#include "tensors/device.h"
#include "visual/motion_dataset.h"
#include "visual/motion_encoder.h"
#include "visual/pretraining.h"

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// A linear map of vectors: (x - mean) map.
struct Readout {
  at::Tensor mean;  // [features], f64
  at::Tensor map;   // [features, features], f64
};

/// The map under which what differs between two views of one clip counts less, and what tells clips apart counts more
/// (within-class covariance normalisation, Hatch, Kajarekar and Stolcke 2006, with the clips for classes and no
/// labels). `first` and `second`, [pairs, features], are the views. With W the covariance of a view around its pair's
/// mean, in units of each number's deviation over all views, and w the mean of W's diagonal, it is the symmetric (W / w
/// + 0.3 I)^-1/2, so that a number stays mostly itself. Numbers that do not vary become 0; nothing but the units
/// changes where all views are alike.
Readout invariant_readout(const at::Tensor& first, const at::Tensor& second);

/// Gives `network` the readout of `pairs` pairs of views of the videos' clips, in the sequence of `seed`. Nothing is
/// changed without a video or a pair.
void fit_readout(MotionEncoder& network, const MotionDataset& videos, int pairs, uint64_t seed, const Device& device);

}  // namespace foreview
