#pragma once

#include <torch/torch.h>

#include <cstdint>

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

constexpr int64_t maps_of_a_pair = 5;

/// What the motion encoder reads, five maps a pair of frames. All values are finite; steps past a clip's end are
/// padding.
struct MotionClips {
  /// [batch, time, 5, size, size], -3 to 3: the pair's difference, movement along x and along y as pixels tell it, and
  /// the same two as cells of size / 8 pixels tell it.
  at::Tensor maps;
  at::Tensor counts;  // [batch], i64: pairs that are there, at least 1

  /// The same clips with left and right exchanged.
  MotionClips mirrored() const;
};

/// grey: [batch, time + 1, size, size], 0 to 1, size a multiple of 8; frame_counts: [batch], i64, frames that are
/// there. With s the local standard deviation (means over 4x4 pixels, averaged over 3x3 of them), the difference is d =
/// 2 (x' - x) / (s' + s + 0.03): movement counts by how much of the local contrast it is, not by how bright the scene
/// is lit. A difference alone does not tell which way things move, so beside it stands the normal flow (Horn and
/// Schunck 1981), d g / (|g|^2 + 0.1), with g the slope of x' + x in the same units: negative where things move to the
/// right or down. It is blind to steps longer than what it compares is wide, so it is taken a second time of the means
/// over 8x8 cells of the picture, whatever its size (coarse to fine, as Lucas and Kanade 1981). All are 0 where nothing
/// moves, and are cut to +-3.
MotionClips motion_clips(const at::Tensor& grey, const at::Tensor& frame_counts);

}  // namespace foreview
