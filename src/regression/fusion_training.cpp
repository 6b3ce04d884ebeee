#include "regression/fusion_training.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

#include "core/interrupt.h"
#include "core/random.h"

namespace foreview {
namespace {

constexpr int64_t most_steps_an_epoch =
    16;  // many rows take larger batches, or an epoch of thousands would cost minutes
constexpr int64_t usual_steps = 640, least_epochs = 20;

/// Twice the loss of Huber 1964 with its bend at one deviation of the labels: squared near, absolute far.
at::Tensor huber(const at::Tensor& error) {
  const at::Tensor size = error.abs(), near = torch::clamp_max(size, 1);
  return (near * (2 * size - near)).mean();
}

at::Tensor pinball(const at::Tensor& error, double quantile) {
  return torch::maximum(error * quantile, error * (quantile - 1)).mean();
}

// Hides whole token kinds from some rows, so that no kind is leaned on alone.
TokenBatch hide_kinds(TokenBatch batch, double chance, Random& random) {
  for (auto& kind : batch.kinds) {
    if (!kind.vectors.defined()) continue;
    std::vector<float> keep(batch.rows);
    for (float& one : keep) one = random.uniform() < chance ? 0.0F : 1.0F;
    const at::Tensor mask = torch::tensor(keep).to(torch::kBool).to(kind.present.device());
    kind.present = kind.present.logical_and(mask.unsqueeze(1));
  }
  return batch;
}

int64_t batch_size(const TrainOptions& options, int64_t rows) {
  return std::max<int64_t>(options.batch, rows / most_steps_an_epoch);
}

// Linear rise over the first twentieth, then a cosine down to a twentieth.
double schedule(double progress) {
  if (progress < 0.05) return (progress + 0.005) / 0.055;
  return 0.05 + 0.95 * 0.5 * (1 + std::cos(std::numbers::pi * (progress - 0.05) / 0.95));
}

class MemberTraining {
 public:
  MemberTraining(const FusionData& data, const FusionShape& shape, const TrainOptions& options, uint64_t seed,
                 const torch::Device& device)
      : data_(data),
        options_(options),
        device_(device),
        model_(shape),
        random_(derive_seed(seed, "batches")),
        dropout_{options.dropout, at::make_generator<at::CPUGeneratorImpl>(derive_seed(seed, "dropout"))} {
    initialise(model_, derive_seed(seed, "weights"));
    model_->to(device);
    optimizer_ = std::make_unique<torch::optim::AdamW>(
        model_->parameters(), torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
    order_.resize(data.training.rows);
    std::iota(order_.begin(), order_.end(), 0);
    batch_ = batch_size(options, data.training.rows);
  }

  double run_epoch(double begin, double end) {
    random_.shuffle(std::span(order_));
    double total = 0;
    const auto rows = static_cast<int64_t>(order_.size());
    for (int64_t from = 0; from < rows; from += batch_) {
      throw_if_interrupted();
      const int64_t count = std::min(batch_, rows - from);
      const double done = static_cast<double>(from) / static_cast<double>(rows);
      for (auto& group : optimizer_->param_groups())
        static_cast<torch::optim::AdamWOptions&>(group.options())
            .lr(options_.learning_rate * schedule(begin + done * (end - begin)));
      const at::Tensor indices =
          torch::tensor(std::vector<int64_t>(order_.begin() + from, order_.begin() + from + count)).to(device_);
      const TokenBatch batch = hide_kinds(data_.training.take(indices), options_.modality_dropout, random_);
      optimizer_->zero_grad();
      const at::Tensor loss =
          fusion_loss(model_->forward(batch, &dropout_), data_.training_labels.index_select(0, indices), data_.binary);
      loss.backward();
      torch::nn::utils::clip_grad_norm_(model_->parameters(), 1.0);
      optimizer_->step();
      total += loss.item<double>() * static_cast<double>(count);
    }
    return total / static_cast<double>(rows);
  }

  at::Tensor held_out_output() {
    const torch::NoGradGuard no_grad;
    return model_->forward(data_.held_out).to(torch::kCPU);
  }

  FusionTransformer& model() { return model_; }

 private:
  const FusionData& data_;
  const TrainOptions& options_;
  torch::Device device_;
  FusionTransformer model_;
  Random random_;
  Dropout dropout_;
  std::unique_ptr<torch::optim::AdamW> optimizer_;
  std::vector<int64_t> order_;
  int64_t batch_ = 32;
};

}  // namespace

at::Tensor fusion_loss(const at::Tensor& output, const at::Tensor& labels, bool binary) {
  const at::Tensor low = labels.select(1, 0), high = labels.select(1, 1), lesson = labels.select(1, 2);
  const auto error = [&](const at::Tensor& value) { return torch::minimum(torch::maximum(value, low), high) - value; };
  const at::Tensor median = output.select(1, 0);
  const at::Tensor from_median = error(median - lesson);
  const at::Tensor middle = binary ? from_median.square().mean() : huber(from_median);
  // The spread is learnt around the median but does not pull at it.
  const at::Tensor centre = median.detach();
  const at::Tensor below = error(centre - output.select(1, 1)), above = error(centre + output.select(1, 2));
  return middle + pinball(below, 0.1) + pinball(above, 0.9);
}

int fusion_horizon(const TrainOptions& options, size_t rows) {
  const auto count = std::max<int64_t>(1, static_cast<int64_t>(rows)), batch = batch_size(options, count);
  const int64_t steps = (count + batch - 1) / batch;
  const int64_t wanted = std::max(least_epochs, (usual_steps + steps - 1) / steps);
  return static_cast<int>(std::clamp<int64_t>(wanted, 0, std::max(0, options.epochs)));
}

TrainedMember train_member(const FusionData& data, const FusionShape& shape, const TrainOptions& options,
                           const FusionSchedule& schedule, uint64_t seed, const torch::Device& device,
                           Progress& progress) {
  MemberTraining training(data, shape, options, seed, device);
  TrainedMember member;
  const bool asks = data.held_out.rows > 0;
  if (asks) member.held_out_outputs.push_back(training.held_out_output());
  for (int epoch = 0; epoch < schedule.epochs; ++epoch) {
    const double loss =
        training.run_epoch(static_cast<double>(epoch) / schedule.horizon, (epoch + 1.0) / schedule.horizon);
    member.training_losses.push_back(loss);
    if (asks) member.held_out_outputs.push_back(training.held_out_output());
    progress.set_detail(fmt::format("loss {:.4f}", loss));
    progress.advance();
  }
  progress.advance(static_cast<size_t>(schedule.horizon - schedule.epochs));
  member.model = training.model();
  return member;
}

}  // namespace foreview
