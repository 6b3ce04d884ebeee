#include "regression/fusion_training.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <span>

#include "core/interrupt.h"
#include "core/random.h"

namespace foreview {
namespace {

constexpr int patience = 20;                // epochs without a better validation loss
constexpr int epochs_without_stopping = 8;  // so few rows that nothing can say when to stop

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

std::vector<at::Tensor> copy_weights(const FusionTransformer& model) {
  std::vector<at::Tensor> weights;
  for (const auto& parameter : model->parameters()) weights.push_back(parameter.detach().clone());
  return weights;
}

void restore_weights(FusionTransformer& model, const std::vector<at::Tensor>& weights) {
  const torch::NoGradGuard no_grad;
  auto parameters = model->parameters();
  for (size_t i = 0; i < parameters.size(); ++i) parameters[i].copy_(weights[i]);
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
    // Many rows take larger batches, or an epoch of thousands would cost minutes.
    batch_ = std::max<int64_t>(options.batch, data.training.rows / 16);
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

  double stopping_loss() {
    const torch::NoGradGuard no_grad;
    return fusion_loss(model_->forward(data_.stopping), data_.stopping_labels, data_.binary).item<double>();
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
  const at::Tensor low = labels.select(1, 0), high = labels.select(1, 1);
  const auto error = [&](const at::Tensor& value) { return torch::minimum(torch::maximum(value, low), high) - value; };
  const at::Tensor median = output.select(1, 0);
  const at::Tensor from_median = error(median);
  const at::Tensor middle = binary ? from_median.square().mean() : 2 * pinball(from_median, 0.5);
  // The spread is learnt around the median but does not pull at it.
  const at::Tensor centre = median.detach();
  const at::Tensor below = error(centre - output.select(1, 1)), above = error(centre + output.select(1, 2));
  return middle + pinball(below, 0.1) + pinball(above, 0.9);
}

TrainedMember train_member(const FusionData& data, const FusionShape& shape, const TrainOptions& options, uint64_t seed,
                           const torch::Device& device, Progress& progress) {
  MemberTraining training(data, shape, options, seed, device);
  TrainedMember member;
  const bool stops = data.stopping.rows > 0;
  const int epochs = stops ? options.epochs : std::min(options.epochs, epochs_without_stopping);
  double best = stops ? training.stopping_loss() : 0;
  int best_epoch = 0, epoch = 0;
  std::vector<at::Tensor> best_weights = copy_weights(training.model());
  for (; epoch < epochs && epoch - best_epoch < patience + epochs / 8; ++epoch) {
    const double loss = training.run_epoch(static_cast<double>(epoch) / epochs, (epoch + 1.0) / epochs);
    const double validation = stops ? training.stopping_loss() : 0;
    member.history.push_back({epoch + 1, loss, stops ? nlohmann::json(validation) : nlohmann::json(nullptr)});
    progress.set_detail(fmt::format("loss {:.4f}", stops ? validation : loss));
    progress.advance();
    if (!stops || validation < best) {
      best = validation;
      best_epoch = epoch;
      best_weights = copy_weights(training.model());
    }
  }
  progress.advance(static_cast<size_t>(options.epochs - epoch));
  restore_weights(training.model(), best_weights);
  member.model = training.model();
  return member;
}

}  // namespace foreview
