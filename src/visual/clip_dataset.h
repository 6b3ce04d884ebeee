#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "visual/clip_batch.h"
#include "visual/pretraining.h"

namespace foreview {

/// Which clip of a dataset.
struct ClipRequest {
  size_t video = 0;
  int start = 0;
  bool mirrored = false;
};

/// The clips of many prepared videos, downsampled. Videos are kept in memory as u8 up to a budget; of what
/// is beyond it each clip is read when it is asked for.
class ClipDataset {
 public:
  static constexpr size_t default_memory_budget = size_t{512} << 20;  // bytes

  /// Reads every file once; files without a visual track give no clips.
  ClipDataset(const std::vector<std::filesystem::path>& tracks_files, const PretrainOptions& options,
              size_t memory_budget = default_memory_budget);

  /// Clips on the regular grid, those that embedding sees.
  size_t clip_count() const { return grid_.size(); }
  ClipRequest grid_clip(size_t index) const { return grid_[index]; }

  /// The clip at `position` of the endless training sequence of `seed`: each epoch takes every grid clip once in a new
  /// order, its start moved by up to half a stride, mirrored half of the time. Depends on nothing drawn before, so that
  /// training can go on anywhere.
  ClipRequest training_clip(uint64_t position, uint64_t seed);

  ClipBatch batch(std::span<const ClipRequest> clips) const;
  const std::filesystem::path& file_of(const ClipRequest& clip) const { return videos_[clip.video].file; }
  /// Of file names and frame counts: tells whether a checkpoint belongs to these videos.
  std::string fingerprint() const;

 private:
  struct Video {
    std::filesystem::path file;
    size_t frames = 0;
    std::shared_ptr<const ScaledVideo> kept;  // null beyond the memory budget
  };
  /// The frames of one clip alone.
  std::shared_ptr<const ScaledVideo> read_clip(const Video& video, int start) const;

  PretrainOptions options_;
  std::vector<Video> videos_;
  std::vector<ClipRequest> grid_;
  uint64_t order_seed_ = 0;  // of `order_`
  std::vector<size_t> order_;
};

}  // namespace foreview
