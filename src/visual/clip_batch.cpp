#include "visual/clip_batch.h"

#include <torch/torch.h>

#include <algorithm>

namespace foreview {
namespace {

// `frames` frames from `first` on. Letterbox borders carry nothing: they become the middle grey that the network reads
// as zero.
void write_clip(const ClipView& clip, int first, int frames, float* pixels, float* picture) {
  const ScaledVideo& video = *clip.video;
  const size_t width = static_cast<size_t>(video.width), plane = width * static_cast<size_t>(video.height);
  const auto source_of = [&](size_t position) {
    const size_t column = position % width;
    return clip.mirrored ? position - column + (width - 1 - column) : position;
  };
  for (size_t p = 0; p < plane; ++p) picture[p] = video.picture[source_of(p)] ? 1.0f : 0.0f;
  const uint8_t* source = video.pixels.data() + static_cast<size_t>(first) * plane * 3;
  for (int frame = 0; frame < frames; ++frame, source += plane * 3, pixels += plane * 3) {
    for (size_t p = 0; p < plane; ++p) {
      if (picture[p] == 0.0f) continue;
      const uint8_t* rgb = source + source_of(p) * 3;
      for (size_t c = 0; c < 3; ++c) pixels[c * plane + p] = static_cast<float>(rgb[c]) / 255.0f;
    }
  }
}

}  // namespace

ClipBatch ClipBatch::to(const at::Device& device) const {
  return {pixels.to(device), frame_counts.to(device), picture.to(device), future.to(device), future_counts.to(device)};
}

at::Tensor ClipBatch::valid() const {
  return at::arange(pixels.size(1), frame_counts.options()).unsqueeze(0).lt(frame_counts.unsqueeze(1));
}

at::Tensor ClipBatch::reversed_pixels() const {
  const at::Tensor time = at::arange(pixels.size(1), frame_counts.options()).unsqueeze(0);
  const at::Tensor mirrored = frame_counts.unsqueeze(1) - 1 - time;    // [batch, time]
  const at::Tensor index = at::where(mirrored.ge(0), mirrored, time);  // padding stays where it is
  return pixels.gather(1, index.view({index.size(0), index.size(1), 1, 1, 1}).expand_as(pixels));
}

ClipBatch ClipBatch::differences() const {
  ClipBatch changes = *this;
  const int64_t time = pixels.size(1);
  const at::Tensor change = pixels.narrow(1, 1, time - 1) - pixels.narrow(1, 0, time - 1);
  changes.pixels = at::cat({change, at::zeros_like(pixels.narrow(1, 0, 1))}, 1);
  changes.pixels.mul_(frame_counts.view({-1, 1, 1, 1, 1}).gt(1));  // padding is no change
  changes.frame_counts = (frame_counts - 1).clamp_min(1);
  return changes;
}

std::vector<int> clip_starts(size_t frames, int clip_frames, int stride) {
  std::vector<int> starts;
  if (frames == 0) return starts;
  starts.push_back(0);
  while (static_cast<size_t>(starts.back()) + static_cast<size_t>(clip_frames) < frames &&
         static_cast<size_t>(starts.back()) + static_cast<size_t>(stride) < frames) {
    starts.push_back(starts.back() + stride);
  }
  return starts;
}

ClipBatch make_clip_batch(std::span<const ClipView> clips, int clip_frames, int future_frames) {
  const int64_t count = static_cast<int64_t>(clips.size());
  const int64_t height = clips.front().video->height, width = clips.front().video->width;
  ClipBatch batch{.pixels = at::full({count, clip_frames, 3, height, width}, 0.5, at::kFloat),
                  .frame_counts = at::empty({count}, at::kLong),
                  .picture = at::empty({count, 1, height, width}, at::kFloat),
                  .future = at::full({count, future_frames, 3, height, width}, 0.5, at::kFloat),
                  .future_counts = at::empty({count}, at::kLong)};
  for (int64_t i = 0; i < count; ++i) {
    const ClipView& clip = clips[static_cast<size_t>(i)];
    const int frames = std::min(clip_frames, static_cast<int>(clip.video->frames) - clip.start);
    batch.frame_counts.data_ptr<int64_t>()[i] = frames;
    float* picture = batch.picture.data_ptr<float>() + i * height * width;
    write_clip(clip, clip.start, frames, batch.pixels.data_ptr<float>() + i * clip_frames * 3 * height * width,
               picture);
    const int later = std::clamp(static_cast<int>(clip.video->frames) - clip.start - clip_frames, 0, future_frames);
    batch.future_counts.data_ptr<int64_t>()[i] = later;
    if (later > 0)
      write_clip(clip, clip.start + clip_frames, later,
                 batch.future.data_ptr<float>() + i * future_frames * 3 * height * width, picture);
  }
  return batch;
}

}  // namespace foreview
