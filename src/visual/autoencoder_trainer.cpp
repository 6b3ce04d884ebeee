#include "visual/autoencoder_trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/interrupt.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/random.h"
#include "foreview/error.h"
#include "tensors/optimizer_state.h"
#include "visual/visual_weights.h"

namespace foreview {
namespace {

constexpr const char* checkpoint_format = "foreview visual checkpoint 1";
constexpr size_t curve_clips = 48;    // validation clips measured while training goes on
constexpr size_t result_clips = 512;  // and at its end

at::Tensor column(const std::vector<CurvePoint>& curve, double CurvePoint::*member) {
  at::Tensor values = at::empty({static_cast<int64_t>(curve.size())}, at::kDouble);
  for (size_t i = 0; i < curve.size(); ++i) values.data_ptr<double>()[i] = curve[i].*member;
  return values;
}

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
  optimizer_ = std::make_unique<torch::optim::AdamW>(
      network_->parameters(), torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
}

// A short linear warm-up, then a cosine down to a twentieth (Loshchilov and Hutter 2017).
double AutoencoderTrainer::learning_rate(int step) const {
  const double warm_up = std::clamp(options_.steps / 20.0, 1.0, 100.0);
  const double rising = std::min(1.0, (step + 1) / warm_up);
  const double progress = static_cast<double>(step) / options_.steps;
  return options_.learning_rate * rising * (0.05 + 0.95 * 0.5 * (1 + std::cos(std::numbers::pi * progress)));
}

double AutoencoderTrainer::train_step(int step) {
  std::vector<ClipRequest> requests;
  for (int i = 0; i < options_.batch; ++i) {
    const auto position =
        static_cast<uint64_t>(step) * static_cast<uint64_t>(options_.batch) + static_cast<uint64_t>(i);
    requests.push_back(train_.training_clip(position, derive_seed(seed_, "training clips")));
  }
  const ClipBatch clips = train_.batch(requests).to(device_);
  static_cast<torch::optim::AdamWOptions&>(optimizer_->param_groups().front().options()).lr(learning_rate(step));
  optimizer_->zero_grad();
  const ClipErrors errors = reconstruction_errors(network_->decode(network_->encode(clips)), clips);
  const at::Tensor loss = errors.mean();
  const double value = loss.item<double>();
  if (!std::isfinite(value)) refuse_loss(step, requests, errors.squared);
  loss.backward();
  const double norm = torch::nn::utils::clip_grad_norm_(network_->parameters(), options_.gradient_clip);
  if (!std::isfinite(norm)) refuse_loss(step, requests, errors.squared);
  optimizer_->step();
  return value;
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

double AutoencoderTrainer::mean_error(const ClipDataset& data, size_t most_clips, bool mean_frame) {
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
    const ClipErrors errors =
        mean_frame ? mean_frame_errors(clips) : reconstruction_errors(network_->decode(network_->encode(clips)), clips);
    squared += errors.squared.sum().item<double>();
    numbers += errors.count.sum().item<double>();
  }
  return numbers > 0 ? squared / numbers : 0;
}

void AutoencoderTrainer::run(const std::filesystem::path& checkpoint, const std::function<void(int)>& after_step) {
  Progress progress("pretrain", static_cast<size_t>(options_.steps), "steps");
  progress.advance(curve_.size());
  while (static_cast<int>(curve_.size()) < options_.steps) {
    if (interrupt_requested()) save_checkpoint(checkpoint);
    throw_if_interrupted();
    const int done = static_cast<int>(curve_.size()) + 1;
    CurvePoint point{.step = done, .train_loss = train_step(done - 1), .validation_loss = std::nan("")};
    const bool mark = done % options_.checkpoint_every == 0 || done == options_.steps;
    if (mark && validation_.clip_count() > 0) point.validation_loss = mean_error(validation_, curve_clips, false);
    curve_.push_back(point);
    if (mark) save_checkpoint(checkpoint);
    progress.set_detail(fmt::format("loss {:.5f}", point.train_loss));
    progress.advance();
    if (after_step) after_step(done);
  }
}

PretrainResult AutoencoderTrainer::result() {
  const bool on_validation = validation_.clip_count() > 0;
  const ClipDataset& data = on_validation ? validation_ : train_;
  return {.curve = curve_,
          .reconstruction_error = mean_error(data, result_clips, false),
          .mean_frame_error = mean_error(data, result_clips, true),
          .train_clips = static_cast<int>(train_.clip_count()),
          .validation_clips = static_cast<int>(validation_.clip_count()),
          .measured_on_validation = on_validation};
}

NamedTensors AutoencoderTrainer::model_tensors() const {
  NamedTensors tensors;
  add_module_tensors(*network_, model_prefix, tensors);
  return tensors;
}

// All that a step depends on beside the state: a checkpoint of anything else is not gone on from.
std::string AutoencoderTrainer::identity() const {
  return fmt::format("{} seed={} device={} train={} validation={}", options_.canonical(), seed_, device_.str(),
                     train_.fingerprint(), validation_.fingerprint());
}

void AutoencoderTrainer::save_checkpoint(const std::filesystem::path& file) const {
  NamedTensors tensors = model_tensors();
  add_optimizer_state(*optimizer_, "optimizer.", tensors);
  tensors["curve.train"] = column(curve_, &CurvePoint::train_loss);
  tensors["curve.validation"] = column(curve_, &CurvePoint::validation_loss);
  save_tensors(file, tensors, {{"format", checkpoint_format}, {"identity", identity()}});
}

void AutoencoderTrainer::restore(const NamedTensors& tensors, const std::filesystem::path& file) {
  const auto curve_of = [&](const char* name) {
    const auto found = tensors.find(name);
    if (found == tensors.end() || found->second.scalar_type() != at::kDouble || found->second.dim() != 1 ||
        found->second.numel() > options_.steps) {
      throw Error({.file = file.string(), .problem = std::string("the checkpoint's ") + name + " is missing or wrong"});
    }
    return found->second;
  };
  const at::Tensor train = curve_of("curve.train"), validation = curve_of("curve.validation");
  if (train.numel() != validation.numel()) {
    throw Error({.file = file.string(), .problem = "the checkpoint's curves have different lengths"});
  }
  load_module_tensors(*network_, model_prefix, tensors, file);
  load_optimizer_state(*optimizer_, "optimizer.", tensors, file);
  for (int64_t i = 0; i < train.numel(); ++i) {
    curve_.push_back({.step = static_cast<int>(i) + 1,
                      .train_loss = train.data_ptr<double>()[i],
                      .validation_loss = validation.data_ptr<double>()[i]});
  }
}

bool AutoencoderTrainer::resume(const std::filesystem::path& checkpoint) {
  if (!std::filesystem::exists(checkpoint)) return false;
  const NamedTensors start = [this] {  // what a damaged checkpoint may have half overwritten
    NamedTensors copy;
    for (const auto& [name, tensor] : model_tensors()) copy[name] = tensor.cpu().clone();
    return copy;
  }();
  try {
    std::map<std::string, std::string> metadata;
    const NamedTensors tensors = load_tensors(checkpoint, &metadata);
    if (metadata["format"] != checkpoint_format || metadata["identity"] != identity()) {
      info_line("pretraining starts anew: the checkpoint belongs to other options or videos");
      return false;
    }
    restore(tensors, checkpoint);
    return true;
  } catch (const Error& error) {
    warn_line(std::string(error.what()) + "; pretraining starts anew");
    load_module_tensors(*network_, model_prefix, start, checkpoint);
    load_optimizer_state(*optimizer_, "optimizer.", {}, checkpoint);
    curve_.clear();
    return false;
  }
}

}  // namespace foreview
