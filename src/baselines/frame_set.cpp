#include "baselines/frame_set.h"

#include "core/interrupt.h"
#include "core/progress.h"
#include "media/track_reader.h"
#include "visual/frame_scaling.h"

namespace foreview {
namespace {

std::vector<uint8_t> read_video(const std::filesystem::path& tracks, const BaselineOptions& options) {
  const TrackReader reader(tracks);
  std::vector<uint8_t> pixels;
  if (!reader.has_frames()) return pixels;
  const auto wanted = static_cast<size_t>(options.frames);
  for (size_t i = 0; i < wanted; ++i) {
    const size_t place = wanted > 1 ? i * (reader.frame_count() - 1) / (wanted - 1) : reader.frame_count() / 2;
    const ScaledVideo small = scale_frames(reader.frames(place, 1), options.width, options.height);
    pixels.insert(pixels.end(), small.pixels.begin(), small.pixels.end());
  }
  return pixels;
}

}  // namespace

FrameSet read_frame_set(const std::vector<std::filesystem::path>& tracks, const BaselineOptions& options,
                        const std::string& label) {
  FrameSet set{.frames = options.frames, .width = options.width, .height = options.height, .videos = {}};
  Progress progress(label, tracks.size(), "videos");
  for (const auto& file : tracks) {
    throw_if_interrupted();
    set.videos.push_back(file.empty() ? std::vector<uint8_t>() : read_video(file, options));
    progress.advance();
  }
  return set;
}

}  // namespace foreview
