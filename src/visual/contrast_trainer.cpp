#include "visual/contrast_trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/interrupt.h"
#include "core/progress.h"
#include "core/random.h"
#include "foreview/error.h"
#include "visual/training_checkpoint.h"

namespace foreview {

double learning_rate_at(int step, int steps, double highest) {
  const double warm_up = std::clamp(steps / 20.0, 1.0, 100.0);
  const double rising = std::min(1.0, (step + 1) / warm_up);
  const double progress = static_cast<double>(step) / steps;
  return highest * rising * (0.05 + 0.95 * 0.5 * (1 + std::cos(std::numbers::pi * progress)));
}

ContrastTrainer::ContrastTrainer(MotionDataset train, const PretrainOptions& options, uint64_t seed,
                                 const Device& device)
    : train_(std::move(train)),
      options_(options),
      seed_(seed),
      device_(device.name),
      network_(options, derive_seed(seed, "motion weights")) {
  network_->to(device_);
  precision_ = resolve_precision(options.precision, device);
  network_->set_precision(precision_);
  optimizer_ = std::make_unique<torch::optim::AdamW>(
      network_->parameters(),
      torch::optim::AdamWOptions(options.contrast_learning_rate).weight_decay(options.weight_decay));
}

double ContrastTrainer::train_step(int step) {
  const MotionViews views = train_.views(static_cast<uint64_t>(step), derive_seed(seed_, "contrast views"));
  static_cast<torch::optim::AdamWOptions&>(optimizer_->param_groups().front().options())
      .lr(learning_rate_at(step, options_.contrast_steps, options_.contrast_learning_rate));
  optimizer_->zero_grad();
  const MotionClips clips{views.clips.maps.to(device_), views.clips.counts.to(device_)};
  const at::Tensor losses =
      contrast_losses(network_->project(network_->statistics(clips)), options_.contrast_temperature);
  const at::Tensor loss = losses.mean();
  const double value = loss.item<double>();
  if (!std::isfinite(value)) refuse_loss(step, views, losses);
  loss.backward();
  const double norm = torch::nn::utils::clip_grad_norm_(network_->parameters(), options_.gradient_clip);
  if (!std::isfinite(norm)) refuse_loss(step, views, losses);
  optimizer_->step();
  return value;
}

void ContrastTrainer::refuse_loss(int step, const MotionViews& views, const at::Tensor& losses) {
  const at::Tensor values = losses.detach().cpu().to(at::kDouble).contiguous();
  const auto badness = [&](size_t i) {
    const double loss = values.data_ptr<double>()[i];
    return std::isfinite(loss) ? loss : INFINITY;
  };
  size_t worst = 0;
  for (size_t i = 1; i < static_cast<size_t>(values.numel()); ++i)
    if (badness(i) > badness(worst)) worst = i;
  throw Error({.file = views.files[worst % views.files.size()].string(),
               .problem = fmt::format("the contrast's loss or gradient is no finite number at step {}", step),
               .advice = "lower pretrain.contrast_learning_rate"});
}

std::string ContrastTrainer::identity() const {
  return fmt::format("contrast {} seed={} device={} precision={} train={}", options_.canonical(), seed_, device_.str(),
                     precision_name(precision_), train_.fingerprint());
}

bool ContrastTrainer::resume(const std::filesystem::path& checkpoint) {
  return load_checkpoint(checkpoint, identity(), options_.contrast_steps, {*network_, *optimizer_, curve_});
}

void ContrastTrainer::run(const std::filesystem::path& checkpoint, const std::function<bool()>& deadline,
                          const std::function<void(int)>& after_step) {
  Progress progress("pretrain: contrast", static_cast<size_t>(options_.contrast_steps), "steps");
  progress.advance(curve_.size());
  const auto save = [&] { save_checkpoint(checkpoint, identity(), {*network_, *optimizer_, curve_}); };
  while (static_cast<int>(curve_.size()) < options_.contrast_steps) {
    const bool late = deadline && deadline();
    if (late || interrupt_requested()) save();
    throw_if_interrupted();
    if (late) return;
    const int done = static_cast<int>(curve_.size()) + 1;
    curve_.push_back({.step = done, .train_loss = train_step(done - 1), .validation_loss = std::nan("")});
    if (done % options_.checkpoint_every == 0 || done == options_.contrast_steps) save();
    progress.set_detail(fmt::format("loss {:.3f}", curve_.back().train_loss));
    progress.advance();
    if (after_step) after_step(done);
  }
}

}  // namespace foreview
