#include "visual/motion_dataset.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <numeric>

#include "core/hash.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "core/random.h"
#include "media/track_reader.h"

namespace foreview {
namespace {

/// How far two views of one clip may differ.
struct Augmentation {
  double smallest_crop = 0.9;  // of each side; smaller crops taught the network to overlook how fast things move
  double gain = 1.3, gamma = 1.4, offset = 0.1, noise = 0.02;
};

/// Which frames a view shows.
struct FrameRange {
  size_t start = 0, stride = 1;
  int64_t count = 0;

  int64_t there_are(const GreyVideo& video) const {  // the rest is past the video's end
    return std::min(count, static_cast<int64_t>((video.frames - 1 - start) / stride) + 1);
  }
};

// [frames, size, size], 0 to 1; frames past the end repeat the last one.
at::Tensor frames_of(const GreyVideo& video, const FrameRange& range) {
  const int64_t plane = static_cast<int64_t>(video.size) * video.size;
  at::Tensor bytes = at::empty({range.count, video.size, video.size}, at::kByte);
  for (int64_t i = 0; i < range.count; ++i) {
    const size_t frame = std::min(range.start + static_cast<size_t>(i) * range.stride, video.frames - 1);
    std::copy_n(video.pixels.data() + static_cast<std::ptrdiff_t>(frame) * plane, plane,
                bytes.data_ptr<uint8_t>() + i * plane);
  }
  return bytes.to(at::kFloat).div_(255);
}

at::Tensor augmented(const at::Tensor& frames, bool mirrored, Random& random) {
  const Augmentation limits;
  const int64_t size = frames.size(1);
  const auto side = [&] {
    return static_cast<int64_t>(static_cast<double>(size) * random.uniform(limits.smallest_crop, 1.0));
  };
  const int64_t height = side(), width = side();
  const auto top = static_cast<int64_t>(random.below(static_cast<size_t>(size - height + 1)));
  const auto left = static_cast<int64_t>(random.below(static_cast<size_t>(size - width + 1)));
  at::Tensor view = at::upsample_bilinear2d(frames.narrow(1, top, height).narrow(2, left, width).unsqueeze(0),
                                            {size, size}, /*align_corners=*/false)[0];
  if (mirrored) view = view.flip(2);
  const double gamma = random.uniform(1 / limits.gamma, limits.gamma),
               gain = random.uniform(1 / limits.gain, limits.gain);
  const double offset = random.uniform(-limits.offset, limits.offset), noise = random.uniform(0, limits.noise);
  at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(random.next());
  return view.pow(gamma) * gain + offset + at::randn(view.sizes(), generator, view.options()) * noise;
}

/// Views of a batch while they are drawn.
struct ViewBatch {
  std::vector<at::Tensor> pixels[2];
  std::vector<int64_t> counts[2];
  std::vector<std::filesystem::path> files;

  void add(int view, const GreyVideo& video, const FrameRange& range, bool mirrored, Random& random) {
    pixels[view].push_back(augmented(frames_of(video, range), mirrored, random));
    counts[view].push_back(range.there_are(video));
  }
  MotionViews finish() {
    pixels[0].insert(pixels[0].end(), pixels[1].begin(), pixels[1].end());
    counts[0].insert(counts[0].end(), counts[1].begin(), counts[1].end());
    return {motion_clips(at::stack(pixels[0]), at::tensor(counts[0], at::kLong)), std::move(files)};
  }
};

}  // namespace

MotionDataset::MotionDataset(const std::vector<std::filesystem::path>& tracks_files, const PretrainOptions& options,
                             size_t memory_budget)
    : options_(options) {
  Progress progress("read movement", tracks_files.size(), "videos");
  size_t used = 0;
  for (const std::filesystem::path& file : tracks_files) {
    throw_if_interrupted();
    progress.advance();
    const Tracks tracks = read_tracks(file);
    if (!tracks.frames || tracks.frames->count() < 2) continue;
    auto video = std::make_shared<const GreyVideo>(grey_square(*tracks.frames, options.motion_size));
    const bool keep = used + video->pixels.size() <= memory_budget;
    if (keep) used += video->pixels.size();
    videos_.push_back({.file = file, .frames = video->frames, .kept = keep ? video : nullptr});
  }
}

std::shared_ptr<const GreyVideo> MotionDataset::read(const Video& video) const {
  if (video.kept) return video.kept;
  const TrackReader reader(video.file);
  return std::make_shared<const GreyVideo>(grey_square(reader.frames(0, reader.frame_count()), options_.motion_size));
}

std::vector<size_t> MotionDataset::order_of(uint64_t epoch, uint64_t seed) const {
  std::vector<size_t> order(videos_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  Random(derive_seed(seed, "contrast epoch " + std::to_string(epoch))).shuffle(std::span<size_t>(order));
  return order;
}

std::vector<size_t> MotionDataset::batch_of(uint64_t step, uint64_t seed) const {
  const auto batch = static_cast<uint64_t>(options_.contrast_batch);
  std::vector<size_t> result, order;
  uint64_t order_epoch = ~uint64_t{0};
  for (uint64_t position = step * batch; position < (step + 1) * batch; ++position) {
    if (const uint64_t epoch = position / videos_.size(); epoch != order_epoch)
      order = order_of(order_epoch = epoch, seed);
    result.push_back(order[position % videos_.size()]);
  }
  return result;
}

MotionViews MotionDataset::views(uint64_t step, uint64_t seed) const {
  const int64_t frames = options_.contrast_frames;
  ViewBatch batch;
  uint64_t position = step * static_cast<uint64_t>(options_.contrast_batch);
  for (const size_t index : batch_of(step, seed)) {
    const std::shared_ptr<const GreyVideo> grey = read(videos_[index]);
    Random random(derive_seed(seed, "views " + std::to_string(position++)));
    for (const size_t stride : {size_t{1}, size_t{2}}) {
      const bool mirrored = random.uniform() < 0.5;  // in both views: which way things move is worth knowing
      for (const int view : {0, 1}) {
        const size_t needed = std::min(grey->frames - 1, stride * static_cast<size_t>(frames - 1));
        const size_t start = random.below(grey->frames - needed);
        batch.add(view, *grey, {.start = start, .stride = stride, .count = frames}, mirrored, random);
      }
      batch.files.push_back(videos_[index].file);
    }
  }
  return batch.finish();
}

MotionViews MotionDataset::same_frames(uint64_t step, uint64_t seed) const {
  const int64_t frames = std::max(options_.clip_frames, 2);
  ViewBatch batch;
  uint64_t position = step * static_cast<uint64_t>(options_.contrast_batch);
  for (const size_t index : batch_of(step, seed)) {
    const std::shared_ptr<const GreyVideo> grey = read(videos_[index]);
    Random random(derive_seed(seed, "same frames " + std::to_string(position++)));
    const bool mirrored = random.uniform() < 0.5;
    const size_t start = random.below(grey->frames - std::min(grey->frames - 1, static_cast<size_t>(frames - 1)));
    for (const int view : {0, 1})
      batch.add(view, *grey, {.start = start, .stride = 1, .count = frames}, mirrored, random);
    batch.files.push_back(videos_[index].file);
  }
  return batch.finish();
}

std::string MotionDataset::fingerprint() const {
  std::string text;
  for (const Video& video : videos_) text += video.file.filename().string() + " " + std::to_string(video.frames) + "\n";
  return foreview::fingerprint(text);
}

}  // namespace foreview
