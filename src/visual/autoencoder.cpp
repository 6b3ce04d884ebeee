#include "visual/autoencoder.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace foreview {
namespace {

constexpr int64_t first_channels = 16, second_channels = 32;  // of the stem, and of the upsampling in turn

// The states are thousands of numbers, whose weights an adaptive optimiser moves together: scaled down, one step does
// not throw the bottleneck about.
constexpr double state_scale = 0.1;

int64_t half(int64_t size) { return (size + 1) / 2; }

torch::nn::Conv2d convolution(int64_t from, int64_t to, int64_t kernel, int64_t stride) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(from, to, kernel).stride(stride).padding(kernel / 2));
}

// Twice the size by a convolution whose channels become 2x2 blocks (Shi et al. 2016), cut to an odd size where needed.
at::Tensor enlarge(torch::nn::Conv2d& layer, const at::Tensor& maps, int64_t height, int64_t width) {
  return at::pixel_shuffle(layer(maps), 2).narrow(2, 0, height).narrow(3, 0, width);
}

void draw(at::Tensor weight, double gain, at::Generator& generator) {
  const double fan_in = static_cast<double>(weight.numel() / weight.size(0));
  weight.copy_(at::randn(weight.sizes(), generator, at::TensorOptions().dtype(at::kFloat)) * gain / std::sqrt(fan_in));
}

/// Brightness, red against blue, green against both: orthonormal.
constexpr double colour_axes[3][3] = {
    {0.57735027, 0.57735027, 0.57735027}, {0.70710678, 0.0, -0.70710678}, {-0.40824829, 0.81649658, -0.40824829}};

/// One cosine of a picture's discrete cosine transform, along one axis of colour.
struct StillWave {
  int64_t down = 0, across = 0;  // half waves over the height and the width
  size_t axis = 0;               // of colour_axes
};

/// The `count` coarsest waves; those of colour count as four times finer, as the eye and video formats have it.
std::vector<StillWave> still_waves(int64_t height, int64_t width, int64_t count) {
  std::vector<StillWave> waves;
  for (size_t axis = 0; axis < 3; ++axis)
    for (int64_t down = 0; down < height; ++down)
      for (int64_t across = 0; across < width; ++across) waves.push_back({down, across, axis});
  const auto fineness = [&](const StillWave& wave) {
    const double y = static_cast<double>(wave.down) / static_cast<double>(height),
                 x = static_cast<double>(wave.across) / static_cast<double>(width);
    return (y * y + x * x) * (wave.axis == 0 ? 1 : 4);
  };
  std::ranges::stable_sort(waves, {}, fineness);
  waves.resize(static_cast<size_t>(std::min<int64_t>(count, static_cast<int64_t>(waves.size()))));
  return waves;
}

/// [size], mean square 1.
at::Tensor cosine(int64_t size, int64_t half_waves) {
  const at::Tensor place = (at::arange(size, at::kFloat) + 0.5) / static_cast<double>(size);
  const at::Tensor wave = (place * (std::numbers::pi * static_cast<double>(half_waves))).cos();
  return half_waves == 0 ? wave : wave * std::numbers::sqrt2;
}

ClipErrors masked_errors(const at::Tensor& difference, const at::Tensor& picture, const at::Tensor& frame_counts) {
  const at::Tensor time = at::arange(difference.size(1), frame_counts.options()).unsqueeze(0);
  const at::Tensor valid = time.lt(frame_counts.unsqueeze(1)).to(difference.scalar_type());   // [batch, time]
  const at::Tensor frame_sums = (difference * picture.unsqueeze(1)).square().sum({2, 3, 4});  // [batch, time]
  return {(frame_sums * valid).sum(1), picture.sum({1, 2, 3}) * 3 * frame_counts};
}

}  // namespace

AutoencoderImpl::AutoencoderImpl(const PretrainOptions& options, uint64_t seed) : options_(options) {
  sizes_.push_back({options.input_height, options.input_width});
  for (int layer = 0; layer < 3; ++layer) sizes_.push_back({half(sizes_.back().height), half(sizes_.back().width)});
  const int64_t hidden = options.hidden_channels, writer_input = half(hidden);
  const int64_t map = sizes_[3].height * sizes_[3].width, still = 3 * sizes_[1].height * sizes_[1].width;

  down1_ = register_module("down1", convolution(3, first_channels, 5, 2));
  down2_ = register_module("down2", convolution(first_channels, second_channels, 3, 2));
  down3_ = register_module("down3", convolution(second_channels, hidden, 3, 2));
  reader_ =
      register_module("reader", ConvLstmCell(ConvLstmOptions{.input_channels = hidden, .hidden_channels = hidden}));
  to_bottleneck_ = register_module("to_bottleneck", torch::nn::Linear(3 * hidden * map, options.bottleneck));
  still_to_bottleneck_ = register_module(
      "still_to_bottleneck", torch::nn::Linear(torch::nn::LinearOptions(still, options.bottleneck).bias(false)));
  to_state_ = register_module("to_state", torch::nn::Linear(options.bottleneck, (2 * hidden + writer_input) * map));
  to_still_ = register_module("to_still", torch::nn::Linear(options.bottleneck, still));
  step_code_ = register_parameter("step_code", at::zeros({options.clip_frames, writer_input, 1, 1}));
  writer_ = register_module("writer",
                            ConvLstmCell(ConvLstmOptions{.input_channels = writer_input, .hidden_channels = hidden}));
  if (options.future_frames > 0) {
    to_future_state_ =
        register_module("to_future_state", torch::nn::Linear(options.bottleneck, (2 * hidden + writer_input) * map));
    future_code_ = register_parameter("future_code", at::zeros({options.future_frames, writer_input, 1, 1}));
    foreteller_ = register_module(
        "foreteller", ConvLstmCell(ConvLstmOptions{.input_channels = writer_input, .hidden_channels = hidden}));
  }
  up1_ = register_module("up1", convolution(hidden, 4 * second_channels, 3, 1));
  up2_ = register_module("up2", convolution(second_channels, 4 * first_channels, 3, 1));
  up3_ = register_module("up3", convolution(first_channels, 4 * 3, 3, 1));
  initialise(seed);
}

void AutoencoderImpl::initialise(uint64_t seed) {
  const at::NoGradGuard no_gradients;
  at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  // He et al. 2015 before the rectifier-like SiLU; gain 1 where a layer is linear or a gate.
  for (auto* layer : {&down1_, &down2_, &down3_, &up1_, &up2_}) draw((*layer)->weight, std::sqrt(2.0), generator);
  draw(to_bottleneck_->weight, 1.0 / state_scale, generator);
  draw(to_state_->weight, 1.0, generator);
  for (auto* cell : {&reader_, &writer_}) draw((*cell)->weight, 1.0, generator);
  draw(step_code_, 1.0, generator);
  // Pictures start near grey.
  draw(up3_->weight, 0.02, generator);
  if (foreteller_) {
    draw(to_future_state_->weight, 1.0, generator);
    draw(foreteller_->weight, 1.0, generator);
    draw(future_code_, 1.0, generator);
  }
  for (auto& item : named_parameters()) {
    if (item.key().ends_with("bias")) item.value().zero_();
  }
  // The state is kept at first (Gers et al. 2000).
  for (auto* cell : {&reader_, &writer_}) {
    (*cell)->bias.narrow(0, options_.hidden_channels, options_.hidden_channels).fill_(1.0);
  }
  if (foreteller_) foreteller_->bias.narrow(0, options_.hidden_channels, options_.hidden_channels).fill_(1.0);
  start_with_still_picture();
}

// The first numbers of the bottleneck start as low frequencies of the clip's mean frame, and the decoder as the way
// back: training begins at a blurred still picture and has the movement left to learn.
void AutoencoderImpl::start_with_still_picture() {
  const int64_t height = sizes_[1].height, width = sizes_[1].width, plane = height * width;
  const std::vector<StillWave> waves = still_waves(height, width, options_.bottleneck * 3 / 4);
  const auto count = static_cast<int64_t>(waves.size());
  still_to_bottleneck_->weight.zero_();
  to_still_->weight.zero_();
  if (options_.target_differences) return;  // changes begin at none
  // Numbers that begin as the still picture take nothing from the states at first.
  to_bottleneck_->weight.narrow(0, 0, count).zero_();
  for (int64_t i = 0; i < count; ++i) {
    const StillWave& wave = waves[static_cast<size_t>(i)];
    const at::Tensor map = at::outer(cosine(height, wave.down), cosine(width, wave.across)).flatten();
    for (int64_t c = 0; c < 3; ++c) {
      const double share = colour_axes[wave.axis][c];
      still_to_bottleneck_->weight[i].narrow(0, c * plane, plane).copy_(map * share);
      to_still_->weight.select(1, i).narrow(0, c * plane, plane).copy_(map * share);
    }
  }
}

void AutoencoderImpl::set_precision(Precision precision) {
  for (auto* cell : {&reader_, &writer_, &foreteller_})
    if (*cell) (*cell)->set_precision(precision);
}

at::Tensor AutoencoderImpl::stem(const at::Tensor& frames) {
  return at::silu(down3_(at::silu(down2_(at::silu(down1_(frames))))));
}

at::Tensor AutoencoderImpl::upsample(const at::Tensor& maps) {
  const at::Tensor coarse = at::silu(enlarge(up1_, maps, sizes_[2].height, sizes_[2].width));
  const at::Tensor middle = at::silu(enlarge(up2_, coarse, sizes_[1].height, sizes_[1].width));
  return enlarge(up3_, middle, sizes_[0].height, sizes_[0].width);
}

at::Tensor AutoencoderImpl::encode(const ClipBatch& clips) {
  const int64_t batch = clips.pixels.size(0), time = clips.pixels.size(1);
  const at::Tensor maps = stem((clips.pixels.flatten(0, 1) - 0.5) * 2).unflatten(0, {batch, time});
  const at::Tensor valid = clips.valid();
  const ConvLstmResult read = reader_(maps, ConvLstmState{}, valid);
  const at::Tensor weights = valid.to(maps.scalar_type()) / clips.frame_counts.unsqueeze(1);
  const at::Tensor average = (read.outputs * weights.view({batch, time, 1, 1, 1})).sum(1);
  const at::Tensor still = mean_picture(clips, weights);
  const at::Tensor states = at::cat({read.final_state.hidden, read.final_state.cell, average}, 1).flatten(1);
  return to_bottleneck_(states * state_scale) +
         still_to_bottleneck_(still) / static_cast<double>(sizes_[1].height * sizes_[1].width);
}

// [batch, 3 x half height x half width], -0.5 to 0.5; letterbox borders are 0. weights: [batch, time], rows sum to 1.
at::Tensor AutoencoderImpl::mean_picture(const ClipBatch& clips, const at::Tensor& weights) {
  const at::Tensor mean = ((clips.pixels - 0.5) * weights.view({weights.size(0), weights.size(1), 1, 1, 1})).sum(1);
  return at::adaptive_avg_pool2d(mean, {sizes_[1].height, sizes_[1].width}).flatten(1);
}

// [batch, time, 3, height, width]. start: the cell's first state and what it reads at every step, [batch, numbers];
// code: [time, channels, 1, 1], which frame is due.
at::Tensor AutoencoderImpl::write(const at::Tensor& start, const at::Tensor& code, ConvLstmCell& cell) {
  const int64_t batch = start.size(0), hidden = options_.hidden_channels;
  const at::Tensor maps = start.view({batch, -1, sizes_[3].height, sizes_[3].width});
  const ConvLstmState state{at::tanh(maps.narrow(1, 0, hidden)), maps.narrow(1, hidden, hidden)};
  const at::Tensor input = maps.narrow(1, 2 * hidden, maps.size(1) - 2 * hidden).unsqueeze(1) + code;
  return upsample(cell(input, state).outputs.flatten(0, 1)).unflatten(0, {batch, code.size(0)});
}

// [batch, 1, 3, height, width]
at::Tensor AutoencoderImpl::still_picture(const at::Tensor& bottleneck) {
  const at::Tensor still = to_still_(bottleneck).view({bottleneck.size(0), 3, sizes_[1].height, sizes_[1].width});
  return at::upsample_bilinear2d(still, {sizes_[0].height, sizes_[0].width}, /*align_corners=*/false).unsqueeze(1);
}

at::Tensor AutoencoderImpl::decode(const at::Tensor& bottleneck) {
  const at::Tensor frames = write(to_state_(bottleneck), step_code_, writer_) + still_picture(bottleneck);
  return options_.target_differences ? frames : frames + 0.5;
}

at::Tensor AutoencoderImpl::foretell(const at::Tensor& bottleneck) {
  const at::Tensor frames = write(to_future_state_(bottleneck), future_code_, foreteller_);
  // The still picture belongs to the frames; of changes there is none.
  return options_.target_differences ? frames + 0.5 : frames + still_picture(bottleneck) + 0.5;
}

ClipBatch reconstruction_target(const ClipBatch& clips, const PretrainOptions& options) {
  return options.target_differences ? clips.differences() : clips;
}

ClipErrors future_errors(const at::Tensor& foretold, const ClipBatch& clips) {
  return masked_errors(foretold - clips.future, clips.picture, clips.future_counts);
}

ClipErrors future_last_frame_errors(const ClipBatch& clips) {
  const at::Tensor last = (clips.frame_counts - 1).view({-1, 1, 1, 1, 1}).expand_as(clips.pixels.narrow(1, 0, 1));
  return masked_errors(clips.future - clips.pixels.gather(1, last), clips.picture, clips.future_counts);
}

ClipErrors reconstruction_errors(const at::Tensor& reconstruction, const ClipBatch& clips) {
  return masked_errors(reconstruction - clips.reversed_pixels(), clips.picture, clips.frame_counts);
}

ClipErrors mean_frame_errors(const ClipBatch& clips) {
  const at::Tensor weights = clips.valid().to(clips.pixels.scalar_type()) / clips.frame_counts.unsqueeze(1);
  const at::Tensor mean = (clips.pixels * weights.view({weights.size(0), weights.size(1), 1, 1, 1})).sum(1, true);
  return masked_errors(clips.pixels - mean, clips.picture, clips.frame_counts);
}

ClipErrors last_frame_errors(const ClipBatch& clips) {
  const at::Tensor last = (clips.frame_counts - 1).view({-1, 1, 1, 1, 1}).expand_as(clips.pixels.narrow(1, 0, 1));
  return masked_errors(clips.pixels - clips.pixels.gather(1, last), clips.picture, clips.frame_counts);
}

}  // namespace foreview
