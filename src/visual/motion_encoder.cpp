#include "visual/motion_encoder.h"

#include <ATen/CPUGeneratorImpl.h>

#include <cmath>

namespace foreview {
namespace {

constexpr int64_t stage1 = 12, stage2 = 24, stage3 = 32;  // channels of the stem
constexpr int64_t head_hidden = 192, head_out = 96;
constexpr double slope = 0.1;  // of the leaky rectifier

torch::nn::Conv2d convolution(int64_t from, int64_t to, int64_t kernel) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(from, to, kernel).stride(2).padding(kernel / 2));
}

/// Means over the steps that are there. weights: [batch, time], rows sum to 1; values: [batch, time, channels].
at::Tensor time_mean(const at::Tensor& values, const at::Tensor& weights) {
  return (values * weights.unsqueeze(2)).sum(1);
}

at::Tensor time_deviation(const at::Tensor& values, const at::Tensor& mean, const at::Tensor& weights) {
  return (time_mean((values - mean.unsqueeze(1)).square(), weights) + 1e-8).sqrt();
}

int64_t statistics_dimension(int64_t hidden) { return 6 * hidden + 2 * (stage1 + stage2); }

}  // namespace

int motion_dimension(const PretrainOptions& options) {
  if (options.motion_channels == 0) return 0;
  const int statistics = static_cast<int>(statistics_dimension(options.motion_channels));
  return statistics + options.motion_channels;
}

MotionEncoderImpl::MotionEncoderImpl(const PretrainOptions& options, uint64_t seed) : hidden_(options.motion_channels) {
  down1_ = register_module("down1", convolution(maps_of_a_pair, stage1, 5));
  down2_ = register_module("down2", convolution(stage1, stage2, 3));
  down3_ = register_module("down3", convolution(stage2, stage3, 3));
  reader_ =
      register_module("reader", ConvLstmCell(ConvLstmOptions{.input_channels = stage3, .hidden_channels = hidden_}));
  head1_ = register_module("head1", torch::nn::Linear(6 * hidden_, head_hidden));
  head2_ = register_module("head2", torch::nn::Linear(head_hidden, head_out));
  const int64_t dimension = statistics_dimension(hidden_);
  readout_mean_ = register_buffer("readout_mean", at::zeros({dimension}));
  readout_map_ = register_buffer("readout_map", at::eye(dimension));
  initialise(seed);
}

void MotionEncoderImpl::initialise(uint64_t seed) {
  const at::NoGradGuard no_gradients;
  at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  for (auto& item : named_parameters()) {
    at::Tensor value = item.value();
    if (item.key().ends_with("bias")) {
      value.zero_();
      continue;
    }
    // He et al. 2015 before the rectifier of the stem; gain 1 for gates and the head.
    const double gain = item.key().starts_with("down") ? std::sqrt(2.0 / (1 + slope * slope)) : 1.0;
    const double fan_in = static_cast<double>(value.numel() / value.size(0));
    value.copy_(at::randn(value.sizes(), generator, at::TensorOptions().dtype(at::kFloat)) * gain / std::sqrt(fan_in));
  }
  reader_->bias.narrow(0, hidden_, hidden_).fill_(1.0);  // the state is kept at first (Gers et al. 2000)
}

at::Tensor MotionEncoderImpl::statistics(const MotionClips& clips) {
  const int64_t batch = clips.maps.size(0), time = clips.maps.size(1);
  const at::Tensor low = at::leaky_relu(down1_(clips.maps.flatten(0, 1)), slope);
  const at::Tensor middle = at::leaky_relu(down2_(low), slope);
  const at::Tensor maps = at::leaky_relu(down3_(middle), slope).unflatten(0, {batch, time});
  const at::Tensor valid = at::arange(time, clips.counts.options()).unsqueeze(0).lt(clips.counts.unsqueeze(1));
  const at::Tensor weights = valid.to(maps.scalar_type()) / clips.counts.unsqueeze(1);
  const at::Tensor states = reader_(maps, ConvLstmState{}, valid).outputs;  // [batch, time, hidden, height, width]
  const at::Tensor size = states.abs().mean({3, 4}), peak = states.abs().amax({3, 4});
  const at::Tensor change = (states.narrow(1, 1, time - 1) - states.narrow(1, 0, time - 1)).abs().mean({3, 4});
  const at::Tensor size_mean = time_mean(size, weights);
  std::vector<at::Tensor> parts{
      time_mean(states.mean({3, 4}), weights),  size_mean,
      time_deviation(size, size_mean, weights), time_mean(peak, weights),
      (peak * valid.unsqueeze(2)).amax(1),      time_mean(change, weights.narrow(1, 1, time - 1))};
  for (const at::Tensor& stage : {low, middle}) {
    const at::Tensor strength = stage.abs().mean({2, 3}).unflatten(0, {batch, time});
    const at::Tensor mean = time_mean(strength, weights);
    parts.push_back(mean);
    parts.push_back(time_deviation(strength, mean, weights));
  }
  return at::cat(parts, 1);
}

at::Tensor MotionEncoderImpl::embed(const MotionClips& clips) {
  const MotionClips mirrored = clips.mirrored();
  const at::Tensor both = statistics({at::cat({clips.maps, mirrored.maps}), at::cat({clips.counts, mirrored.counts})});
  const std::vector<at::Tensor> read = (both - readout_mean_).matmul(readout_map_).chunk(2);
  return at::cat({read[0] + read[1], (read[0] - read[1]).narrow(1, 0, hidden_)}, 1) / 2;
}

void MotionEncoderImpl::set_readout(const at::Tensor& mean, const at::Tensor& map) {
  const at::NoGradGuard no_gradients;
  readout_mean_.copy_(mean);
  readout_map_.copy_(map);
}

at::Tensor MotionEncoderImpl::project(const at::Tensor& statistics) {
  const at::Tensor hidden = at::relu(head1_(statistics.narrow(1, 0, 6 * hidden_)));
  const at::Tensor vectors = head2_(hidden);
  return vectors / vectors.norm(2, 1, /*keepdim=*/true).clamp_min(1e-8);
}

at::Tensor contrast_losses(const at::Tensor& views, double temperature) {
  const int64_t count = views.size(0), clips = count / 2;
  const at::Tensor itself = at::eye(count, views.options().dtype(at::kBool));
  const at::Tensor similarity = (views.matmul(views.t()) / temperature).masked_fill(itself, -1e9);
  const at::Tensor other = at::arange(count, views.options().dtype(at::kLong)).add(clips).remainder(count);
  return -at::log_softmax(similarity, 1).gather(1, other.unsqueeze(1)).squeeze(1);
}

}  // namespace foreview
