#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "visual/grey_video.h"
#include "visual/motion_clips.h"
#include "visual/pretraining.h"

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// Two views each of some clips: rows i and i + n of the batch belong together.
struct MotionViews {
  MotionClips clips;                         // [2n, ...]
  std::vector<std::filesystem::path> files;  // [n], what each pair was taken from
};

/// The videos that contrast is learnt from, as grey squares: kept in memory up to a budget, beyond it read for each
/// view.
class MotionDataset {
 public:
  static constexpr size_t default_memory_budget = size_t{512} << 20;  // bytes

  /// Reads every file once; files without a visual track, or with one frame, are left out.
  MotionDataset(const std::vector<std::filesystem::path>& tracks_files, const PretrainOptions& options,
                size_t memory_budget = default_memory_budget);

  size_t video_count() const { return videos_.size(); }
  /// The batch of `step` in the endless training sequence of `seed`: `contrast_batch` videos, each epoch every video
  /// once in a new order; of each a clip at the sampled speed and one at twice that speed, each in two views that
  /// differ in time, crop, gain, offset, gamma and noise. Depends on nothing drawn before.
  MotionViews views(uint64_t step, uint64_t seed) const;
  /// The batch of `step` in another such sequence: of each video one clip at the sampled speed, as long as those that
  /// are embedded, in two views of the same frames that differ in crop, gain, offset, gamma and noise alone.
  MotionViews same_frames(uint64_t step, uint64_t seed) const;
  /// Of file names and frame counts.
  std::string fingerprint() const;

 private:
  struct Video {
    std::filesystem::path file;
    size_t frames = 0;
    std::shared_ptr<const GreyVideo> kept;  // null beyond the memory budget
  };
  /// Indices of the videos at positions `step` * contrast_batch and on.
  std::vector<size_t> batch_of(uint64_t step, uint64_t seed) const;
  std::vector<size_t> order_of(uint64_t epoch, uint64_t seed) const;
  std::shared_ptr<const GreyVideo> read(const Video& video) const;

  PretrainOptions options_;
  std::vector<Video> videos_;
};

}  // namespace foreview
