#include "visual/motion_clips.h"

namespace foreview {
namespace {

at::Tensor smoothed(const at::Tensor& maps) {  // mean over 4x4 pixels, then over 3x3 of those
  return at::avg_pool2d(at::replication_pad2d(at::avg_pool2d(maps, 4), {1, 1, 1, 1}), 3, 1);
}

/// Along x and along y. [batch, time, 1, height, width] to [batch, time, 2, height, width].
at::Tensor slopes(const at::Tensor& maps) {
  const int64_t height = maps.size(3), width = maps.size(4);
  const at::Tensor wide =
      at::replication_pad2d(maps.flatten(0, 1), {1, 1, 1, 1}).unflatten(0, {maps.size(0), maps.size(1)});
  const auto shifted = [&](int64_t down, int64_t right) {
    return wide.narrow(3, 1 + down, height).narrow(4, 1 + right, width);
  };
  return at::cat({shifted(0, 1) - shifted(0, -1), shifted(1, 0) - shifted(-1, 0)}, 2) / 2;
}

}  // namespace

MotionClips motion_clips(const at::Tensor& grey, const at::Tensor& frame_counts) {
  const int64_t batch = grey.size(0), frames = grey.size(1);
  const at::Tensor flat = grey.flatten(0, 1).unsqueeze(1);
  const at::Tensor mean = smoothed(flat), deviation = (smoothed(flat.square()) - mean.square()).clamp_min(0).sqrt();
  const auto full_size = [&](const at::Tensor& coarse) {
    return coarse.repeat_interleave(4, 2).repeat_interleave(4, 3).unflatten(0, {batch, frames});
  };
  const auto pair_sum = [&](const at::Tensor& of_frames) {  // [batch, frames, 1, ...] to [batch, frames - 1, 1, ...]
    return of_frames.narrow(1, 0, frames - 1) + of_frames.narrow(1, 1, frames - 1);
  };
  const at::Tensor pixels = grey.unsqueeze(2);
  const at::Tensor contrast = pair_sum(full_size(deviation)) + 0.03;
  const at::Tensor picture = (pair_sum(pixels - full_size(mean)) / contrast).clamp(-3, 3);
  const at::Tensor change = 2 * (pixels.narrow(1, 1, frames - 1) - pixels.narrow(1, 0, frames - 1)) / contrast;
  const at::Tensor gradient = slopes(picture);
  const at::Tensor flow = change.clamp(-3, 3) * gradient / (gradient.square().sum(2, /*keepdim=*/true) + 0.1);
  return {at::cat({change, flow}, 2).clamp(-3, 3), (frame_counts - 1).clamp_min(1)};
}

}  // namespace foreview
