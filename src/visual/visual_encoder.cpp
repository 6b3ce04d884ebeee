#include "visual/visual_encoder.h"

#include <algorithm>

#include "core/files.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "foreview/error.h"
#include "tensors/torch_errors.h"
#include "visual/autoencoder.h"
#include "visual/visual_weights.h"

namespace foreview {
namespace {

// Grows when the same weights would give other vectors: different clips, scaling, normalisation.
constexpr const char* embedding_version = "visual-embedding-1";

Picture picture_of(const at::Tensor& frame) {  // [3, height, width], 0 to 1
  const at::Tensor bytes = frame.clamp(0, 1).mul(255).round().to(at::kByte).permute({1, 2, 0}).contiguous().cpu();
  Picture picture{.width = static_cast<int>(bytes.size(1)), .height = static_cast<int>(bytes.size(0)), .pixels = {}};
  picture.pixels.assign(bytes.data_ptr<uint8_t>(), bytes.data_ptr<uint8_t>() + bytes.numel());
  return picture;
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

  ClipBatch clip(const ScaledVideo& video, int start) const {
    const ClipView view{.video = &video, .start = start};
    return make_clip_batch(std::span(&view, 1), options.clip_frames).to(device);
  }
};

VisualEncoder::VisualEncoder(const std::filesystem::path& weights, const Device& device)
    : impl_(std::make_unique<Impl>()) {
  with_torch_errors(weights, "loading the visual encoder", [&] {
    const VisualWeights loaded = load_visual_weights(weights);
    impl_->options = loaded.options;
    impl_->fingerprint = foreview::fingerprint(std::string(embedding_version) + " " + sha256_file(weights));
    impl_->network = Autoencoder(loaded.options, /*seed=*/0);
    load_module_tensors(*impl_->network, model_prefix, loaded.tensors, weights);
    impl_->device = at::Device(device.name);
    impl_->network->to(impl_->device);
    impl_->network->eval();
  });
}

VisualEncoder::~VisualEncoder() = default;
VisualEncoder::VisualEncoder(VisualEncoder&&) noexcept = default;

int VisualEncoder::dimension() const { return impl_->options.bottleneck; }
std::string VisualEncoder::fingerprint() const { return impl_->fingerprint; }

TimedVectors VisualEncoder::embed(const Frames& frames) const {
  return with_torch_errors({}, "embedding a video", [&] {
    const at::NoGradGuard no_gradients;
    const PretrainOptions& options = impl_->options;
    const ScaledVideo video = scale_frames(frames, options.input_width, options.input_height);
    TimedVectors result{.dimension = options.bottleneck, .values = {}, .spans = {}};
    const double interval = frame_interval(frames.times);
    for (const int start : clip_starts(video.frames, options.clip_frames, options.clip_stride)) {
      throw_if_interrupted();
      // One clip a call: kernels chosen by batch size could change the last bits of a clip's vector.
      const at::Tensor vector = impl_->network->encode(impl_->clip(video, start)).cpu().contiguous();
      const float* values = vector.data_ptr<float>();
      result.values.insert(result.values.end(), values, values + options.bottleneck);
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
    const int64_t count = clip.frame_counts[0].item<int64_t>();
    const int64_t shown = std::min<int64_t>(std::max(pictures, 0), count);
    for (int64_t i = 0; i < shown; ++i) {
      const int64_t frame = shown > 1 ? i * (count - 1) / (shown - 1) : count / 2;
      const at::Tensor picture = clip.picture[0];  // borders are shown black, as they were
      result.original.push_back(picture_of(clip.pixels[0][frame] * picture));
      result.reconstructed.push_back(picture_of(decoded[count - 1 - frame] * picture));
    }
    return result;
  });
}

}  // namespace foreview
