#include "visual/clip_batch.h"

#include <torch/torch.h>

#include <algorithm>

namespace foreview {
namespace {

// Letterbox borders carry nothing: they become the middle grey that the network reads as zero.
void write_clip(const ClipView& clip, int frames, float* pixels, float* picture) {
  const ScaledVideo& video = *clip.video;
  const size_t width = static_cast<size_t>(video.width), plane = width * static_cast<size_t>(video.height);
  const auto source_of = [&](size_t position) {
    const size_t column = position % width;
    return clip.mirrored ? position - column + (width - 1 - column) : position;
  };
  for (size_t p = 0; p < plane; ++p) picture[p] = video.picture[source_of(p)] ? 1.0f : 0.0f;
  const uint8_t* source = video.pixels.data() + static_cast<size_t>(clip.start) * plane * 3;
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
  return {pixels.to(device), frame_counts.to(device), picture.to(device)};
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

ClipBatch make_clip_batch(std::span<const ClipView> clips, int clip_frames) {
  const int64_t count = static_cast<int64_t>(clips.size());
  const int64_t height = clips.front().video->height, width = clips.front().video->width;
  ClipBatch batch{.pixels = at::full({count, clip_frames, 3, height, width}, 0.5, at::kFloat),
                  .frame_counts = at::empty({count}, at::kLong),
                  .picture = at::empty({count, 1, height, width}, at::kFloat)};
  for (int64_t i = 0; i < count; ++i) {
    const ClipView& clip = clips[static_cast<size_t>(i)];
    const int frames = std::min(clip_frames, static_cast<int>(clip.video->frames) - clip.start);
    batch.frame_counts.data_ptr<int64_t>()[i] = frames;
    write_clip(clip, frames, batch.pixels.data_ptr<float>() + i * clip_frames * 3 * height * width,
               batch.picture.data_ptr<float>() + i * height * width);
  }
  return batch;
}

}  // namespace foreview
