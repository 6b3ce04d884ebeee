#pragma once

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

#include "visual/frame_scaling.h"

namespace foreview {

/// One clip of a video. Frames past the video's end are padding.
struct ClipView {
  const ScaledVideo* video = nullptr;
  int start = 0;          // index of its first frame
  bool mirrored = false;  // left and right exchanged
};

/// Clips as the network reads them.
struct ClipBatch {
  at::Tensor pixels;        // [batch, time, 3, height, width], f32, 0 to 1; padding and letterbox borders are 0.5
  at::Tensor frame_counts;  // [batch], i64: frames that are there; those after are padding
  at::Tensor picture;       // [batch, 1, height, width], f32: 1 where there is picture, 0 on letterbox borders

  at::Tensor future;         // [batch, future, 3, height, width], the frames after the clip's last, as pixels
  at::Tensor future_counts;  // [batch], i64: those that are there

  ClipBatch to(const at::Device& device) const;
  /// [batch, time], bool: true where there is a frame.
  at::Tensor valid() const;
  /// pixels with each clip's frames last to first, padding still at the end.
  at::Tensor reversed_pixels() const;
  /// The same clips as changes from each frame to the next, -1 to 1: one frame fewer, of a single frame one that is 0.
  ClipBatch differences() const;
};

/// Starts of the clips that cover `frames` frames: every `stride`, the last may reach past the end.
std::vector<int> clip_starts(size_t frames, int clip_frames, int stride);

/// All videos of one size.
ClipBatch make_clip_batch(std::span<const ClipView> clips, int clip_frames, int future_frames = 0);

}  // namespace foreview
