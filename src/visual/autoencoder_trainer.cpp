#include "visual/autoencoder_trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/interrupt.h"
#include "core/progress.h"
#include "core/random.h"
#include "foreview/error.h"
#include "visual/contrast_trainer.h"
#include "visual/training_checkpoint.h"

namespace foreview {
namespace {

constexpr size_t curve_clips = 48;    // validation clips measured while training goes on
constexpr size_t result_clips = 512;  // and at its end

}  // namespace

AutoencoderTrainer::AutoencoderTrainer(ClipDataset train, ClipDataset validation, const PretrainOptions& options,
                                       uint64_t seed, const Device& device)
    : train_(std::move(train)),
      validation_(std::move(validation)),
      options_(options),
      seed_(seed),
      device_(device.name),
      network_(options, derive_seed(seed, "autoencoder weights")) {
  network_->to(device_);
  precision_ = resolve_precision(options.precision, device);
  network_->set_precision(precision_);
  optimizer_ = std::make_unique<torch::optim::AdamW>(
      network_->parameters(), torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
}

double AutoencoderTrainer::train_step(int step) {
  std::vector<ClipRequest> requests;
  for (int i = 0; i < options_.batch; ++i) {
    const auto position =
        static_cast<uint64_t>(step) * static_cast<uint64_t>(options_.batch) + static_cast<uint64_t>(i);
    requests.push_back(train_.training_clip(position, derive_seed(seed_, "training clips")));
  }
  const ClipBatch clips = train_.batch(requests).to(device_);
  static_cast<torch::optim::AdamWOptions&>(optimizer_->param_groups().front().options())
      .lr(learning_rate_at(step, options_.steps, options_.learning_rate));
  const RecordedWork::Tensors done =
      step_({clips.pixels, clips.frame_counts, clips.picture, clips.future, clips.future_counts});
  const double value = done[0].item<double>();
  if (!std::isfinite(value)) refuse_loss(step, requests, done[1]);
  const double norm = torch::nn::utils::clip_grad_norm_(network_->parameters(), options_.gradient_clip);
  if (!std::isfinite(norm)) refuse_loss(step, requests, done[1]);
  optimizer_->step();
  return value;
}

RecordedWork::Tensors AutoencoderTrainer::loss_and_gradients(const RecordedWork::Tensors& tensors) {
  const ClipBatch clips{tensors[0], tensors[1], tensors[2], tensors[3], tensors[4]};
  zero_gradients(network_->parameters());
  const at::Tensor bottleneck = network_->encode(clips);
  const ClipErrors errors = reconstruction_errors(network_->decode(bottleneck), reconstruction_target(clips, options_));
  at::Tensor loss = errors.mean();
  if (options_.future_frames > 0) loss = loss + future_errors(network_->foretell(bottleneck), clips).mean();
  loss.backward();
  return {loss.detach(), errors.squared.detach()};
}

void AutoencoderTrainer::refuse_loss(int step, const std::vector<ClipRequest>& clips, const at::Tensor& squared) {
  const at::Tensor sums = squared.detach().cpu().to(at::kDouble).contiguous();
  size_t worst = 0;
  for (size_t i = 0; i < clips.size(); ++i) {
    const double sum = sums.data_ptr<double>()[i];
    if (!std::isfinite(sum)) {
      worst = i;
      break;
    }
    if (sum > sums.data_ptr<double>()[worst]) worst = i;
  }
  throw Error(
      {.file = train_.file_of(clips[worst]).string(),
       .problem = fmt::format("the autoencoder's loss or gradient is no finite number at step {} (clip from frame {})",
                              step, clips[worst].start),
       .advice = "lower pretrain.learning_rate"});
}

double AutoencoderTrainer::mean_error(const ClipDataset& data, size_t most_clips, const ErrorsOf& errors_of) {
  const at::NoGradGuard no_gradients;
  const size_t count = std::min(most_clips, data.clip_count());
  double squared = 0, numbers = 0;
  for (size_t first = 0; first < count; first += static_cast<size_t>(options_.batch)) {
    throw_if_interrupted();
    std::vector<ClipRequest> requests;
    for (size_t i = first; i < std::min(count, first + static_cast<size_t>(options_.batch)); ++i) {
      requests.push_back(data.grid_clip(i * data.clip_count() / count));  // spread over all
    }
    const ClipBatch clips = data.batch(requests).to(device_);
    const ClipErrors errors = errors_of(clips);
    squared += errors.squared.sum().item<double>();
    numbers += errors.count.sum().item<double>();
  }
  return numbers > 0 ? squared / numbers : 0;
}

ClipErrors AutoencoderTrainer::own_errors(const ClipBatch& clips) {
  return reconstruction_errors(network_->decode(network_->encode(clips)), reconstruction_target(clips, options_));
}

bool AutoencoderTrainer::has_stalled() const {
  if (options_.patience == 0) return false;
  double best = INFINITY;
  int since = 0;
  for (const CurvePoint& point : curve_) {
    if (std::isnan(point.validation_loss)) continue;
    since = point.validation_loss < best ? 0 : since + 1;
    best = std::min(best, point.validation_loss);
  }
  return since >= options_.patience;
}

void AutoencoderTrainer::run(const std::filesystem::path& checkpoint, const std::function<bool()>& deadline,
                             const std::function<void(int)>& after_step) {
  Progress progress("pretrain", static_cast<size_t>(options_.steps), "steps");
  progress.advance(curve_.size());
  const auto save = [&] { save_checkpoint(checkpoint, identity(), {*network_, *optimizer_, curve_}); };
  while (static_cast<int>(curve_.size()) < options_.steps && !has_stalled()) {
    const bool late = deadline && deadline();
    if (late || interrupt_requested()) save();
    throw_if_interrupted();
    if (late) {
      out_of_time_ = true;
      return;
    }
    const int done = static_cast<int>(curve_.size()) + 1;
    CurvePoint point{.step = done, .train_loss = train_step(done - 1), .validation_loss = std::nan("")};
    const bool mark = done % options_.checkpoint_every == 0 || done == options_.steps;
    if (mark && validation_.clip_count() > 0)
      point.validation_loss = mean_error(validation_, curve_clips, [this](const auto& c) { return own_errors(c); });
    curve_.push_back(point);
    if (mark) save();
    progress.set_detail(fmt::format("loss {:.5f}", point.train_loss));
    progress.advance();
    if (after_step) after_step(done);
  }
}

PretrainResult AutoencoderTrainer::result() {
  const bool on_validation = validation_.clip_count() > 0;
  const ClipDataset& data = on_validation ? validation_ : train_;
  const auto target = [this](const ClipBatch& clips) { return reconstruction_target(clips, options_); };
  PretrainResult result{
      .curve = curve_,
      .reconstruction_error = mean_error(data, result_clips, [this](const auto& clips) { return own_errors(clips); }),
      .mean_frame_error =
          mean_error(data, result_clips, [&](const auto& clips) { return mean_frame_errors(target(clips)); }),
      .last_frame_error =
          mean_error(data, result_clips, [&](const auto& clips) { return last_frame_errors(target(clips)); }),
      .train_clips = static_cast<int>(train_.clip_count()),
      .validation_clips = static_cast<int>(validation_.clip_count()),
      .measured_on_validation = on_validation,
      .contrast_curve = {},
      .out_of_time = out_of_time_};
  if (options_.future_frames > 0) {
    result.future_error = mean_error(data, result_clips, [this](const auto& clips) {
      return future_errors(network_->foretell(network_->encode(clips)), clips);
    });
    result.future_last_frame_error = mean_error(data, result_clips, future_last_frame_errors);
  }
  return result;
}

NamedTensors AutoencoderTrainer::model_tensors() const {
  NamedTensors tensors;
  add_module_tensors(*network_, model_prefix, tensors);
  return tensors;
}

// All that a step depends on beside the state: a checkpoint of anything else is not gone on from.
std::string AutoencoderTrainer::identity() const {
  return fmt::format("autoencoder {} seed={} device={} precision={} train={} validation={}", options_.canonical(),
                     seed_, device_.str(), precision_name(precision_), train_.fingerprint(), validation_.fingerprint());
}

bool AutoencoderTrainer::resume(const std::filesystem::path& checkpoint) {
  return load_checkpoint(checkpoint, identity(), options_.steps, {*network_, *optimizer_, curve_});
}

}  // namespace foreview
