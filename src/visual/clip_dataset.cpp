#include "visual/clip_dataset.h"

#include <algorithm>
#include <numeric>

#include "core/hash.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/random.h"
#include "foreview/error.h"
#include "media/track_reader.h"

namespace foreview {
namespace {

ScaledVideo read_scaled(const std::filesystem::path& file, const PretrainOptions& options) {
  const Tracks tracks = read_tracks(file);
  if (!tracks.frames) return {};
  return scale_frames(*tracks.frames, options.input_width, options.input_height);
}

}  // namespace

ClipDataset::ClipDataset(const std::vector<std::filesystem::path>& tracks_files, const PretrainOptions& options,
                         size_t memory_budget)
    : options_(options) {
  Progress progress("read frames", tracks_files.size(), "videos");
  size_t used = 0;
  for (const std::filesystem::path& file : tracks_files) {
    throw_if_interrupted();
    auto video = std::make_shared<const ScaledVideo>(read_scaled(file, options));
    progress.advance();
    if (video->frames == 0) continue;
    for (const int start : clip_starts(video->frames, options.clip_frames, options.clip_stride)) {
      grid_.push_back({.video = videos_.size(), .start = start});
    }
    const bool keep = used + video->bytes() <= memory_budget;
    if (keep) used += video->bytes();
    videos_.push_back({.file = file, .frames = video->frames, .kept = keep ? video : nullptr});
  }
}

ClipRequest ClipDataset::training_clip(uint64_t position, uint64_t seed) {
  const uint64_t epoch_seed = derive_seed(seed, "clip order of epoch " + std::to_string(position / grid_.size()));
  if (order_.empty() || order_seed_ != epoch_seed) {
    order_.resize(grid_.size());
    std::iota(order_.begin(), order_.end(), size_t{0});
    Random(epoch_seed).shuffle(std::span<size_t>(order_));
    order_seed_ = epoch_seed;
  }
  ClipRequest clip = grid_[order_[position % grid_.size()]];
  Random random(derive_seed(seed, "clip variation " + std::to_string(position)));
  const int last_start = std::max(0, static_cast<int>(videos_[clip.video].frames) - options_.clip_frames);
  const int moved =
      clip.start + static_cast<int>(random.below(static_cast<size_t>(options_.clip_stride))) - options_.clip_stride / 2;
  // A clip that was padded on the grid may stay so, or move back to where it is whole.
  clip.start = std::clamp(moved, 0, std::max(last_start, clip.start));
  clip.mirrored = random.uniform() < 0.5;
  return clip;
}

std::shared_ptr<const ScaledVideo> ClipDataset::read_clip(const Video& video, int start) const {
  const TrackReader reader(video.file);
  if (reader.frame_count() != video.frames) {
    throw Error({.file = video.file.string(),
                 .problem = "the prepared frames changed while they were in use",
                 .expected = std::to_string(video.frames) + " frames",
                 .got = std::to_string(reader.frame_count()),
                 .advice = "run one command at a time on a workspace, then run again"});
  }
  const Frames frames =
      reader.frames(static_cast<size_t>(start), static_cast<size_t>(options_.clip_frames + options_.future_frames));
  return std::make_shared<const ScaledVideo>(scale_frames(frames, options_.input_width, options_.input_height));
}

ClipBatch ClipDataset::batch(std::span<const ClipRequest> clips) const {
  std::vector<std::shared_ptr<const ScaledVideo>> held;
  std::vector<ClipView> views;
  for (const ClipRequest& clip : clips) {
    const Video& video = videos_[clip.video];
    held.push_back(video.kept ? video.kept : read_clip(video, clip.start));
    views.push_back({.video = held.back().get(), .start = video.kept ? clip.start : 0, .mirrored = clip.mirrored});
  }
  return make_clip_batch(views, options_.clip_frames, options_.future_frames);
}

std::string ClipDataset::fingerprint() const {
  std::string text;
  for (const Video& video : videos_) text += video.file.filename().string() + " " + std::to_string(video.frames) + "\n";
  return foreview::fingerprint(text);
}

}  // namespace foreview
