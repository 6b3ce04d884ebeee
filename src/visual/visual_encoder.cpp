#include "visual/visual_encoder.h"

#include <algorithm>

#include "core/files.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/random.h"
#include "foreview/error.h"
#include "tensors/one_thread.h"
#include "tensors/torch_errors.h"
#include "visual/autoencoder.h"
#include "visual/grey_video.h"
#include "visual/motion_encoder.h"
#include "visual/training_checkpoint.h"
#include "visual/visual_weights.h"

namespace foreview {
namespace {

// Grows when the same weights would give other vectors: different clips, scaling, normalisation.
constexpr const char* embedding_version = "visual-embedding-7";

constexpr int64_t nearer_margins[] = {6, 10};  // of 64 pixels, on each side

Picture picture_of(const at::Tensor& frame) {  // [3, height, width], 0 to 1
  const at::Tensor bytes = frame.clamp(0, 1).mul(255).round().to(at::kByte).permute({1, 2, 0}).contiguous().cpu();
  Picture picture{.width = static_cast<int>(bytes.size(1)), .height = static_cast<int>(bytes.size(0)), .pixels = {}};
  picture.pixels.assign(bytes.data_ptr<uint8_t>(), bytes.data_ptr<uint8_t>() + bytes.numel());
  return picture;
}

// A clip [1, frames, size, size] whole and, beside it, as if seen nearer and nearer: the mean of what is read depends
// less on where things stand and how large they are.
at::Tensor at_three_distances(const at::Tensor& clip) {
  const int64_t size = clip.size(3);
  std::vector<at::Tensor> distances{clip};
  for (const int64_t of_64 : nearer_margins) {
    const int64_t margin = of_64 * size / 64, middle = size - 2 * margin;
    distances.push_back(at::upsample_bilinear2d(clip.narrow(2, margin, middle).narrow(3, margin, middle), {size, size},
                                                /*align_corners=*/false));
  }
  return at::cat(distances);
}

// The last frame is shown for as long as the others are on average.
double frame_interval(const std::vector<double>& times) {
  return times.size() > 1 ? (times.back() - times.front()) / static_cast<double>(times.size() - 1) : 0.25;
}

}  // namespace

struct VisualEncoder::Impl {
  PretrainOptions options;
  std::string fingerprint;
  at::Device device{at::kCPU};
  Autoencoder network{nullptr};
  MotionEncoder motion{nullptr};  // none without motion_channels

  void set_networks(const VisualWeights& loaded) {
    options = loaded.options;
    network = Autoencoder(options, derive_seed(loaded.seed, "autoencoder weights"));
    if (motion_dimension(options) > 0) motion = MotionEncoder(options, derive_seed(loaded.seed, "motion weights"));
  }
  void finish(const Device& chosen) {
    device = at::Device(chosen.name);
    network->to(device);
    network->eval();
    if (motion) motion->to(device);
  }

  ClipBatch clip(const ScaledVideo& video, int start) const {
    const ClipView view{.video = &video, .start = start};
    return make_clip_batch(std::span(&view, 1), options.clip_frames).to(device);
  }

  /// One clip, read at three distances.
  MotionClips movement(const GreyVideo& video, int start) const {
    const int64_t plane = static_cast<int64_t>(video.size) * video.size;
    const int64_t count = std::min<int64_t>(options.clip_frames, static_cast<int64_t>(video.frames) - start);
    at::Tensor grey = at::empty({1, options.clip_frames, video.size, video.size}, at::kByte);
    for (int64_t i = 0; i < options.clip_frames; ++i)  // past the end the last frame stands still
      std::copy_n(video.pixels.data() + (start + std::min(i, count - 1)) * plane, plane,
                  grey.data_ptr<uint8_t>() + i * plane);
    const at::Tensor whole = grey.to(device).to(at::kFloat).div_(255);
    const at::Tensor readings = at_three_distances(whole);
    return motion_clips(readings, at::full({readings.size(0)}, count, at::kLong).to(device));
  }

  at::Tensor embed(const ScaledVideo& video, const GreyVideo& grey, int start) {
    const at::Tensor bottleneck = network->encode(clip(video, start));
    if (!motion) return bottleneck.cpu().contiguous();
    const at::Tensor states = motion->embed(movement(grey, start)).mean(0, /*keepdim=*/true);
    return at::cat({bottleneck, states}, 1).cpu().contiguous();
  }
};

VisualEncoder::VisualEncoder(const std::filesystem::path& weights, const Device& device)
    : impl_(std::make_unique<Impl>()) {
  with_torch_errors(weights, "loading the visual encoder", [&] {
    VisualWeights loaded = load_visual_weights(weights);
    impl_->set_networks(loaded);
    impl_->fingerprint = foreview::fingerprint(std::string(embedding_version) + " " + sha256_file(weights));
    NamedTensors parts[2];
    for (auto& [name, tensor] : loaded.tensors) parts[name.starts_with(motion_prefix)][name] = tensor;
    load_module_tensors(*impl_->network, model_prefix, parts[0], weights);
    if (impl_->motion) {
      // The projection head is not stored: what is drawn in its place is never used.
      NamedTensors own;
      add_module_tensors(*impl_->motion, motion_prefix, own);
      for (const auto& [name, tensor] : own)
        if (name.starts_with(std::string(motion_prefix) + "head")) parts[1][name] = tensor;
      load_module_tensors(*impl_->motion, motion_prefix, parts[1], weights);
    }
    impl_->finish(device);
  });
}

VisualEncoder::VisualEncoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

VisualEncoder VisualEncoder::untrained(const std::filesystem::path& weights, const Device& device) {
  return with_torch_errors(weights, "drawing the visual encoder", [&] {
    auto impl = std::make_unique<Impl>();
    impl->set_networks(load_visual_weights(weights));
    impl->fingerprint = foreview::fingerprint(std::string(embedding_version) + " untrained " + sha256_file(weights));
    impl->finish(device);
    return VisualEncoder(std::move(impl));
  });
}

VisualEncoder::~VisualEncoder() = default;
VisualEncoder::VisualEncoder(VisualEncoder&&) noexcept = default;

std::string VisualEncoder::version() { return embedding_version; }

int VisualEncoder::dimension() const { return impl_->options.bottleneck + motion_dimension(impl_->options); }

std::vector<int> VisualEncoder::block_of_number() const {
  std::vector<int> blocks(static_cast<size_t>(dimension()), 1);
  std::fill_n(blocks.begin(), impl_->options.bottleneck, 0);
  return blocks;
}
std::string VisualEncoder::fingerprint() const { return impl_->fingerprint; }

TimedVectors VisualEncoder::embed(const Frames& frames) const {
  return with_torch_errors({}, "embedding a video", [&] {
    const at::NoGradGuard no_gradients;
    const OneTorchThread one_thread;
    const PretrainOptions& options = impl_->options;
    const ScaledVideo video = scale_frames(frames, options.input_width, options.input_height);
    const GreyVideo grey = impl_->motion ? grey_square(frames, options.motion_size) : GreyVideo{};
    TimedVectors result{.dimension = dimension(), .values = {}, .spans = {}};
    const double interval = frame_interval(frames.times);
    for (const int start : clip_starts(video.frames, options.clip_frames, options.clip_stride)) {
      throw_if_interrupted();
      // One clip a call: kernels chosen by batch size could change the last bits of a clip's vector.
      const at::Tensor vector = impl_->embed(video, grey, start);
      const float* values = vector.data_ptr<float>();
      result.values.insert(result.values.end(), values, values + result.dimension);
      const size_t last = std::min(video.frames, static_cast<size_t>(start + options.clip_frames)) - 1;
      result.spans.push_back({frames.times[static_cast<size_t>(start)], frames.times[last] + interval});
    }
    return result;
  });
}

Reconstruction VisualEncoder::reconstruct(const Frames& frames, int pictures) const {
  return with_torch_errors({}, "reconstructing a video", [&] {
    const at::NoGradGuard no_gradients;
    const ScaledVideo video = scale_frames(frames, impl_->options.input_width, impl_->options.input_height);
    Reconstruction result;
    if (video.frames == 0) return result;
    const ClipBatch clip = impl_->clip(video, 0);
    const at::Tensor decoded = impl_->network->decode(impl_->network->encode(clip))[0];
    const ClipBatch target = reconstruction_target(clip, impl_->options);
    const double grey = impl_->options.target_differences ? 0.5 : 0.0;  // changes are shown around middle grey
    const int64_t count = target.frame_counts[0].item<int64_t>();
    const int64_t shown = std::min<int64_t>(std::max(pictures, 0), count);
    for (int64_t i = 0; i < shown; ++i) {
      const int64_t frame = shown > 1 ? i * (count - 1) / (shown - 1) : count / 2;
      const at::Tensor picture = clip.picture[0];  // borders are shown black, as they were
      result.original.push_back(picture_of((target.pixels[0][frame] + grey) * picture));
      result.reconstructed.push_back(picture_of((decoded[count - 1 - frame] + grey) * picture));
    }
    return result;
  });
}

}  // namespace foreview
