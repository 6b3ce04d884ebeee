#include "regression/perceptron_training.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/interrupt.h"
#include "core/random.h"

namespace foreview {
namespace {

constexpr double warm_up = 0.1;  // of the schedule

double schedule(double progress) {
  if (progress < warm_up) return 0.04 + 0.96 * progress / warm_up;
  return 0.5 * (1 + std::cos(std::numbers::pi * std::min(1.0, (progress - warm_up) / (1 - warm_up))));
}

PerceptronLayers draw_layers(int64_t columns, const PerceptronOptions& options, at::Generator& generator) {
  std::vector<int64_t> sizes{columns};
  sizes.insert(sizes.end(), options.hidden.begin(), options.hidden.end());
  sizes.push_back(1);
  PerceptronLayers layers;
  for (size_t i = 0; i + 1 < sizes.size(); ++i) {
    at::Tensor weights = torch::empty({options.members, sizes[i], sizes[i + 1]});
    weights.normal_(0, 1 / std::sqrt(static_cast<double>(std::max<int64_t>(1, sizes[i]))), generator);
    if (i + 2 == sizes.size()) weights.zero_();  // the untrained network says "the mean"
    layers.weights.push_back(weights.requires_grad_(true));
    layers.biases.push_back(torch::zeros({options.members, 1, sizes[i + 1]}).requires_grad_(true));
  }
  return layers;
}

std::unique_ptr<torch::optim::AdamW> make_optimizer(const PerceptronLayers& layers, const PerceptronOptions& options) {
  const auto settings = [&](double decay) {
    return std::make_unique<torch::optim::AdamWOptions>(
        torch::optim::AdamWOptions(options.learning_rate).weight_decay(decay));
  };
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.emplace_back(layers.weights, settings(options.weight_decay));
  groups.emplace_back(layers.biases, settings(0));
  return std::make_unique<torch::optim::AdamW>(groups);
}

/// A permutation of the rows for each member.
std::vector<std::vector<int64_t>> draw_orders(int members, int64_t rows, Random& random) {
  std::vector<std::vector<int64_t>> orders(static_cast<size_t>(members),
                                           std::vector<int64_t>(static_cast<size_t>(rows)));
  for (auto& order : orders) {
    std::iota(order.begin(), order.end(), 0);
    random.shuffle(std::span(order));
  }
  return orders;
}

}  // namespace

at::Tensor PerceptronLayers::forward(const at::Tensor& rows, double dropout, at::Generator* generator) const {
  at::Tensor state = rows.size(0) == weights[0].size(0) ? rows : rows.expand({weights[0].size(0), -1, -1});
  for (size_t i = 0; i < weights.size(); ++i) {
    state = torch::baddbmm(biases[i], state, weights[i]);
    if (i + 1 == weights.size()) break;
    state = torch::gelu(state);
    if (generator && dropout > 0)
      state = state * torch::empty(state.sizes()).bernoulli_(1 - dropout, *generator).div_(1 - dropout);
  }
  return state.squeeze(2);
}

int perceptron_horizon(const PerceptronOptions& options, int64_t rows) {
  const int64_t steps = std::max<int64_t>(1, (rows + options.batch - 1) / options.batch);
  return static_cast<int>(std::max<int64_t>(options.least_epochs, (options.steps + steps - 1) / steps));
}

TrainedPerceptron train_perceptron(const at::Tensor& rows, const at::Tensor& labels, const at::Tensor& held_out,
                                   const PerceptronOptions& options, int horizon, int epochs, uint64_t seed) {
  const torch::AutoGradMode with_gradients(true);
  at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(derive_seed(seed, "weights and dropout"));
  Random random(derive_seed(seed, "order"));
  const int64_t count = rows.size(0), columns = rows.size(1);
  TrainedPerceptron trained{.layers = draw_layers(columns, options, generator),
                            .held_out = {torch::zeros({held_out.size(0)})}};
  const auto optimizer = make_optimizer(trained.layers, options);
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const auto orders = draw_orders(options.members, count, random);
    for (int64_t from = 0; from < count; from += options.batch) {
      throw_if_interrupted();
      const int64_t size = std::min<int64_t>(options.batch, count - from);
      std::vector<int64_t> chosen;
      for (const auto& order : orders) chosen.insert(chosen.end(), order.begin() + from, order.begin() + from + size);
      const at::Tensor indices = torch::tensor(chosen, torch::kInt64);
      const double progress = (epoch + static_cast<double>(from) / static_cast<double>(count)) / horizon;
      for (auto& group : optimizer->param_groups())
        static_cast<torch::optim::AdamWOptions&>(group.options()).lr(options.learning_rate * schedule(progress));
      optimizer->zero_grad();
      const at::Tensor said = trained.layers.forward(
          rows.index_select(0, indices).view({options.members, size, columns}), options.dropout, &generator);
      // Members do not share weights: the sum of their losses trains each by its own.
      const at::Tensor error = said - labels.index_select(0, indices).view({options.members, size});
      (error.square().mean(1).sum()).backward();
      optimizer->step();
    }
    const torch::NoGradGuard no_grad;
    if (held_out.size(0) > 0) trained.held_out.push_back(trained.layers.forward(held_out.unsqueeze(0)).mean(0));
  }
  return trained;
}

}  // namespace foreview
