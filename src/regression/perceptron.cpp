#include "regression/perceptron.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "core/random.h"
#include "foreview/error.h"
#include "regression/held_out_choice.h"
#include "regression/perceptron_training.h"
#include "regression/stored_values.h"
#include "tensors/one_thread.h"

namespace foreview {
namespace {

constexpr double most_deviations = 4;

at::Tensor index_tensor(const std::vector<size_t>& rows) {
  return torch::tensor(std::vector<int64_t>(rows.begin(), rows.end()), torch::kInt64);
}

at::Tensor tensor_of(const std::vector<double>& labels) {
  return torch::tensor(std::vector<float>(labels.begin(), labels.end()));
}

double gelu(double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }

}  // namespace

/// What fit() shares between its steps.
class PerceptronTraining {
 public:
  PerceptronTraining(const Perceptron& perceptron, const Matrix& rows, const TrainingLabels& labels, const Folds& folds,
                     const PerceptronOptions& options, uint64_t seed)
      : folds_(folds),
        options_(options),
        seed_(seed),
        rows_(torch::zeros({static_cast<int64_t>(rows.rows), static_cast<int64_t>(rows.cols)})),
        labels_(labels),
        horizon_(perceptron_horizon(options, rows_.size(0))) {
    for (size_t row = 0; row < rows.rows; ++row) {
      const std::vector<double> inputs = perceptron.inputs(rows.row(row));
      std::ranges::copy(std::vector<float>(inputs.begin(), inputs.end()), rows_.data_ptr<float>() + row * rows.cols);
    }
  }

  /// [1 + epochs][rows]
  std::vector<at::Tensor> out_of_fold() const {
    std::vector<at::Tensor> outputs(static_cast<size_t>(horizon_) + 1);
    for (at::Tensor& output : outputs) output = torch::zeros({rows_.size(0)});
    std::vector<TrainedPerceptron> trained(static_cast<size_t>(folds_.count));
    for_each_parallel(trained.size(), available_processors(), [&](size_t fold, int) {
      const OneTorchThread one_thread;  // the sums inside one training are then the same on any machine
      const at::Tensor outside = index_tensor(folds_.outside(static_cast<int>(fold)));
      trained[fold] = train_perceptron(rows_.index_select(0, outside),
                                       tensor_of(labels_.without(static_cast<int>(fold))).index_select(0, outside),
                                       rows_.index_select(0, index_tensor(folds_.inside(static_cast<int>(fold)))),
                                       options_, horizon_, horizon_, derive_seed(seed_, fmt::format("fold {}", fold)));
    });
    for (int fold = 0; fold < folds_.count; ++fold)
      for (size_t epoch = 0; epoch < outputs.size(); ++epoch)
        outputs[epoch].index_copy_(0, index_tensor(folds_.inside(fold)),
                                   trained[static_cast<size_t>(fold)].held_out[epoch]);
    return outputs;
  }

  /// [1 + epochs][folds], squared errors summed
  std::vector<std::vector<double>> losses(const std::vector<at::Tensor>& outputs) const {
    std::vector<std::vector<double>> losses(outputs.size());
    for (int fold = 0; fold < folds_.count; ++fold) {
      const at::Tensor inside = index_tensor(folds_.inside(fold)),
                       labels = tensor_of(labels_.truth()).index_select(0, inside);
      for (size_t epoch = 0; epoch < outputs.size(); ++epoch)
        losses[epoch].push_back((outputs[epoch].index_select(0, inside) - labels).square().sum().item<double>());
    }
    return losses;
  }

  void train_on_all(int epochs, Perceptron& perceptron) const {
    const OneTorchThread one_thread;
    const PerceptronLayers layers = train_perceptron(rows_, tensor_of(labels_.all()), torch::zeros({0, rows_.size(1)}),
                                                     options_, horizon_, epochs, derive_seed(seed_, "all rows"))
                                        .layers;
    for (int member = 0; member < options_.members; ++member) {
      std::vector<Perceptron::Layer>& stored = perceptron.members_.emplace_back();
      for (size_t i = 0; i < layers.weights.size(); ++i) {
        const at::Tensor weights = layers.weights[i].detach()[member].to(torch::kFloat64).contiguous(),
                         biases = layers.biases[i].detach()[member].to(torch::kFloat64).contiguous();
        Perceptron::Layer& layer = stored.emplace_back();
        layer.weights = Matrix(static_cast<size_t>(weights.size(0)), static_cast<size_t>(weights.size(1)));
        std::copy_n(weights.data_ptr<double>(), weights.numel(), layer.weights.values.begin());
        layer.biases.assign(biases.data_ptr<double>(), biases.data_ptr<double>() + biases.numel());
      }
    }
  }

 private:
  const Folds& folds_;
  const PerceptronOptions& options_;
  uint64_t seed_;
  at::Tensor rows_;  // [rows, columns]
  const TrainingLabels& labels_;
  int horizon_;
};

Perceptron::Fitted Perceptron::fit(const Matrix& rows, const std::vector<double>& weight_of_column,
                                   const TrainingLabels& labels, const Folds& folds, const PerceptronOptions& options,
                                   uint64_t seed) {
  Fitted fitted{.perceptron = {}, .out_of_fold = std::vector<double>(rows.rows, 0.0)};
  if (rows.cols == 0 || rows.rows == 0) return fitted;
  Perceptron& perceptron = fitted.perceptron;
  perceptron.scaler_ = VectorScaler::fit(rows, {.standardise = true});
  perceptron.column_weights_ = weight_of_column;
  const PerceptronTraining training(perceptron, rows, labels, folds, options, seed);
  const std::vector<at::Tensor> outputs = training.out_of_fold();
  const HeldOutChoice choice = choose_by_held_out_loss(training.losses(outputs));
  fitted.epochs = static_cast<int>(choice.of_all);
  for (size_t row = 0; row < rows.rows; ++row)
    fitted.out_of_fold[row] = outputs[choice.of_fold[static_cast<size_t>(folds.of_row[row])]].data_ptr<float>()[row];
  if (fitted.epochs > 0) training.train_on_all(fitted.epochs, perceptron);
  return fitted;
}

std::vector<double> Perceptron::inputs(std::span<const double> row) const {
  const std::vector<float> scaled = scaler_.transform(std::vector<float>(row.begin(), row.end()));
  std::vector<double> values;
  for (size_t c = 0; c < scaled.size(); ++c)
    values.push_back(std::clamp<double>(scaled[c], -most_deviations, most_deviations) * column_weights_[c]);
  return values;
}

double Perceptron::predict(std::span<const double> row) const {
  if (members_.empty()) return 0;
  const std::vector<double> first = inputs(row);
  double sum = 0;
  for (const std::vector<Layer>& layers : members_) {
    std::vector<double> state = first;
    for (size_t i = 0; i < layers.size(); ++i) {
      std::vector<double> next = layers[i].biases;
      for (size_t from = 0; from < state.size(); ++from)
        for (size_t to = 0; to < next.size(); ++to) next[to] += state[from] * layers[i].weights.at(from, to);
      if (i + 1 < layers.size())
        for (double& value : next) value = gelu(value);
      state = std::move(next);
    }
    sum += state[0];
  }
  return sum / static_cast<double>(members_.size());
}

void Perceptron::store(const std::string& prefix, SafetensorsFile& into) const {
  scaler_.store(prefix + "scaler.", into);
  store_vector(prefix + "column_weights", column_weights_, into);
  store_vector(prefix + "sizes",
               {static_cast<double>(members_.size()), members_.empty() ? 0.0 : static_cast<double>(members_[0].size())},
               into);
  for (size_t member = 0; member < members_.size(); ++member)
    for (size_t i = 0; i < members_[member].size(); ++i) {
      store_matrix(fmt::format("{}{}.{}.weights", prefix, member, i), members_[member][i].weights, into);
      store_vector(fmt::format("{}{}.{}.biases", prefix, member, i), members_[member][i].biases, into);
    }
}

Perceptron Perceptron::restore(const std::string& prefix, const SafetensorsFile& from, size_t columns) {
  Perceptron perceptron;
  perceptron.scaler_ = VectorScaler::restore(prefix + "scaler.", from);
  perceptron.column_weights_ = restore_vector(prefix + "column_weights", from, perceptron.scaler_.dimension());
  const std::vector<double> sizes = restore_vector(prefix + "sizes", from, 2);
  const bool sane = sizes[0] >= 0 && sizes[0] <= 1000 && sizes[1] >= 0 && sizes[1] <= 16;
  if (!sane)
    throw Error({.file = from.file.string(),
                 .problem = "the number of perceptrons or of their layers is impossible",
                 .expected = "at most 1000 of at most 16",
                 .got = fmt::format("{} of {}", sizes[0], sizes[1]),
                 .advice = "copy the model folder anew"});
  for (size_t member = 0; member < static_cast<size_t>(sizes[0]); ++member) {
    std::vector<Layer>& layers = perceptron.members_.emplace_back();
    size_t width = columns;
    for (size_t i = 0; i < static_cast<size_t>(sizes[1]); ++i) {
      const std::string name = fmt::format("{}{}.{}.", prefix, member, i);
      Layer& layer = layers.emplace_back();
      layer.weights = restore_matrix(name + "weights", from);
      require_size(name + "weights", layer.weights.rows, width, from);
      width = layer.weights.cols;
      layer.biases = restore_vector(name + "biases", from, width);
    }
    require_size(prefix + "last layer", width, 1, from);
  }
  if (!perceptron.members_.empty()) require_size(prefix + "scaler.mean", perceptron.scaler_.dimension(), columns, from);
  return perceptron;
}

}  // namespace foreview
