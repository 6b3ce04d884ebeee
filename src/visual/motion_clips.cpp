#include "visual/motion_clips.h"

namespace foreview {
namespace {

constexpr int64_t cells = 8;  // a side, of the coarse picture

at::Tensor smoothed(const at::Tensor& maps) {  // mean over 4x4 pixels, then over 3x3 of those
  return at::avg_pool2d(at::replication_pad2d(at::avg_pool2d(maps, 4), {1, 1, 1, 1}), 3, 1);
}

/// Every pixel as a square of `side` by `side`, along the last two axes.
at::Tensor repeated(const at::Tensor& maps, int64_t side) {
  return maps.repeat_interleave(side, -2).repeat_interleave(side, -1);
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

/// How the pixels of each frame change until the next.
struct Movement {
  at::Tensor change;  // [batch, pairs, 1, height, width], in units of the local contrast; not cut
  at::Tensor flow;    // [batch, pairs, 2, height, width], along x and y
};

Movement movement_of(const at::Tensor& grey) {  // [batch, frames, height, width], sides multiples of 4
  const int64_t batch = grey.size(0), frames = grey.size(1);
  const at::Tensor flat = grey.flatten(0, 1).unsqueeze(1);
  const at::Tensor mean = smoothed(flat), deviation = (smoothed(flat.square()) - mean.square()).clamp_min(0).sqrt();
  const auto full_size = [&](const at::Tensor& coarse) { return repeated(coarse, 4).unflatten(0, {batch, frames}); };
  const auto pair_sum = [&](const at::Tensor& of_frames) {  // [batch, frames, 1, ...] to [batch, frames - 1, 1, ...]
    return of_frames.narrow(1, 0, frames - 1) + of_frames.narrow(1, 1, frames - 1);
  };
  const at::Tensor pixels = grey.unsqueeze(2);
  const at::Tensor contrast = pair_sum(full_size(deviation)) + 0.03;
  const at::Tensor picture = (pair_sum(pixels - full_size(mean)) / contrast).clamp(-3, 3);
  const at::Tensor change = 2 * (pixels.narrow(1, 1, frames - 1) - pixels.narrow(1, 0, frames - 1)) / contrast;
  const at::Tensor gradient = slopes(picture);
  const at::Tensor flow = change.clamp(-3, 3) * gradient / (gradient.square().sum(2, /*keepdim=*/true) + 0.1);
  return {change, flow};
}

}  // namespace

MotionClips MotionClips::mirrored() const {
  at::Tensor flipped = maps.flip({-1});
  for (const int64_t along_x : {1, 3}) flipped.select(2, along_x).neg_();
  return {flipped, counts};
}

MotionClips motion_clips(const at::Tensor& grey, const at::Tensor& frame_counts) {
  const int64_t side = grey.size(3) / cells;
  const Movement fine = movement_of(grey), coarse = movement_of(at::avg_pool2d(grey, side));
  return {at::cat({fine.change, fine.flow, repeated(coarse.flow, side)}, 2).clamp(-3, 3),
          (frame_counts - 1).clamp_min(1)};
}

}  // namespace foreview
