#include "regression/fusion_ensemble.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <numeric>

#include "core/interrupt.h"
#include "core/parallel.h"
#include "core/random.h"
#include "foreview/error.h"
#include "regression/folds.h"
#include "regression/fusion_training.h"
#include "regression/held_out_choice.h"
#include "tensors/one_thread.h"
#include "tensors/tensor_file.h"

namespace foreview {
namespace {

constexpr size_t least_rows_to_choose_epochs = 20;
constexpr int epochs_of_few_rows = 8;  // nothing can say when to stop

torch::Device torch_device(const Device& device) {
  return device.is_cuda() ? torch::Device(torch::kCUDA) : torch::Device(torch::kCPU);
}

void check_shape(const FusionShape& shape, const std::string& file) {
  const bool sane = shape.model_dimension >= 1 && shape.model_dimension <= 4096 && shape.layers >= 0 &&
                    shape.layers <= 64 && shape.heads >= 1 && shape.model_dimension % shape.heads == 0;
  if (!sane)
    throw Error(
        {.file = file,
         .problem = "the transformer's sizes are impossible",
         .expected = "a model dimension from 1 to 4096 that the number of heads divides, at most 64 layers",
         .got = fmt::format("dimension {}, {} heads, {} layers", shape.model_dimension, shape.heads, shape.layers),
         .advice = "change model_dimension, heads or layers"},
        file.empty() ? ErrorKind::usage : ErrorKind::failed);
}

// [rows, 3]: low, high, and what is added to both for the middle
at::Tensor label_tensor(const FusionTask& task, const std::vector<double>* learnt, const torch::Device& device) {
  std::vector<float> values;
  for (size_t row = 0; row < task.labels.size(); ++row) {
    const double lesson = learnt ? (*learnt)[row] - task.taught->truth()[row] : 0;
    for (const double value : {task.labels[row].low, task.labels[row].high, lesson})
      values.push_back(static_cast<float>(value));
  }
  return torch::tensor(values).view({-1, 3}).to(device);
}

at::Tensor index_tensor(const std::vector<size_t>& rows, const torch::Device& device) {
  return torch::tensor(std::vector<int64_t>(rows.begin(), rows.end()), torch::kInt64).to(device);
}

int horizon_of(const TrainOptions& options, size_t rows) {
  const int horizon = fusion_horizon(options, rows);
  return rows < least_rows_to_choose_epochs ? std::min(horizon, epochs_of_few_rows) : horizon;
}

/// Members of the folds or of the final ensemble.
class Trainings {
 public:
  Trainings(const FusionTask& task, const Folds& folds, const FusionShape& shape, const TrainOptions& options,
            uint64_t seed, const torch::Device& device, Progress& progress)
      : task_(task),
        folds_(folds),
        shape_(shape),
        options_(options),
        seed_(seed),
        device_(device),
        progress_(progress),
        rows_(make_batch(task.rows, device)),
        labels_(label_tensor(task, nullptr, device)),
        horizon_(horizon_of(options, task.rows.size())) {}

  /// Outputs for all rows after each number of epochs, by the member that did not see the row. [1 + epochs][rows, 3]
  std::vector<at::Tensor> out_of_fold() {
    std::vector<FusionData> data;
    for (int fold = 0; fold < folds_.count; ++fold) {
      const at::Tensor outside = index_tensor(folds_.outside(fold), device_);
      data.push_back(
          {.training = rows_.take(outside),
           .held_out = rows_.take(index_tensor(folds_.inside(fold), device_)),
           .training_labels = label_tensor(task_, task_.taught ? &task_.taught->without(fold) : nullptr, device_)
                                  .index_select(0, outside),
           .binary = task_.binary});
    }
    const auto members =
        train("fold", data.size(), horizon_, [&](size_t fold) -> const FusionData& { return data[fold]; });
    std::vector<at::Tensor> outputs(static_cast<size_t>(horizon_) + 1);
    for (size_t epoch = 0; epoch < outputs.size(); ++epoch) {
      outputs[epoch] = torch::zeros({rows_.rows, 3});
      for (int fold = 0; fold < folds_.count; ++fold)
        outputs[epoch].index_copy_(0, index_tensor(folds_.inside(fold), torch::kCPU),
                                   members[static_cast<size_t>(fold)].held_out_outputs[epoch]);
    }
    return outputs;
  }

  std::vector<TrainedMember> on_all_rows(int epochs) {
    const FusionData data{
        .training = rows_,
        .held_out = {},
        .training_labels = label_tensor(task_, task_.taught ? &task_.taught->all() : nullptr, device_),
        .binary = task_.binary};
    return train("member", static_cast<size_t>(std::max(1, options_.members)), epochs,
                 [&](size_t) -> const FusionData& { return data; });
  }

  /// [1 + epochs][folds], summed
  std::vector<std::vector<double>> losses(const std::vector<at::Tensor>& outputs) const {
    std::vector<std::vector<double>> losses(outputs.size());
    for (int fold = 0; fold < folds_.count; ++fold) {
      const at::Tensor inside = index_tensor(folds_.inside(fold), torch::kCPU),
                       labels = labels_.to(torch::kCPU).index_select(0, inside);
      for (size_t epoch = 0; epoch < outputs.size(); ++epoch)
        losses[epoch].push_back(
            fusion_loss(outputs[epoch].index_select(0, inside), labels, task_.binary).item<double>() *
            static_cast<double>(inside.numel()));
    }
    return losses;
  }

 private:
  template <class DataOf>
  std::vector<TrainedMember> train(const char* name, size_t count, int epochs, const DataOf& data_of) {
    std::vector<TrainedMember> members(count);
    for_each_parallel(count, device_.is_cuda() ? 1 : available_processors(), [&](size_t index, int) {
      const OneTorchThread one_thread;  // the sums inside a member are then the same on any machine
      members[index] =
          train_member(data_of(index), shape_, options_, {.horizon = std::max(1, horizon_), .epochs = epochs},
                       derive_seed(seed_, fmt::format("{} {}", name, index)), device_, progress_);
    });
    return members;
  }

  const FusionTask& task_;
  const Folds& folds_;
  const FusionShape& shape_;
  const TrainOptions& options_;
  uint64_t seed_;
  torch::Device device_;
  Progress& progress_;
  TokenBatch rows_;
  at::Tensor labels_;
  int horizon_;
};

/// Each row at its own fold's number of epochs.
std::vector<FusionOutput> out_of_fold_of(const std::vector<at::Tensor>& outputs, const HeldOutChoice& choice,
                                         const Folds& folds) {
  std::vector<FusionOutput> of_rows;
  for (const int fold : folds.of_row) {
    const float* values = outputs[choice.of_fold[static_cast<size_t>(fold)]].data_ptr<float>() + 3 * of_rows.size();
    of_rows.push_back({values[0], values[1], values[2]});
  }
  return of_rows;
}

double mean_loss(const std::vector<double>& of_folds, size_t rows) {
  return std::accumulate(of_folds.begin(), of_folds.end(), 0.0) / static_cast<double>(rows);
}

}  // namespace

struct FusionEnsemble::State {
  FusionShape shape;
  torch::Device device{torch::kCPU};
  std::vector<FusionTransformer> members;
  std::vector<nlohmann::json> history;
};

FusionEnsemble::FusionEnsemble() : state_(std::make_unique<State>()) {}
FusionEnsemble::~FusionEnsemble() = default;
FusionEnsemble::FusionEnsemble(FusionEnsemble&&) noexcept = default;
FusionEnsemble& FusionEnsemble::operator=(FusionEnsemble&&) noexcept = default;

const std::vector<nlohmann::json>& FusionEnsemble::history() const { return state_->history; }

size_t FusionEnsemble::epochs_of(const TrainOptions& options, size_t rows, int folds) {
  return static_cast<size_t>(std::max(1, horizon_of(options, rows))) *
         static_cast<size_t>(folds + std::max(1, options.members));
}

FusionEnsemble::Fitted FusionEnsemble::fit(const FusionTask& task, const Folds& folds, const TrainOptions& options,
                                           uint64_t seed, const Device& device, Progress& progress) {
  Fitted fitted;
  State& state = *fitted.ensemble.state_;
  state.device = torch_device(device);
  state.shape = {task.dimensions, options.model_dimension, options.layers, options.heads};
  check_shape(state.shape, "");
  Trainings trainings(task, folds, state.shape, options, seed, state.device, progress);
  const std::vector<at::Tensor> outputs = trainings.out_of_fold();
  const std::vector<std::vector<double>> losses = trainings.losses(outputs);
  HeldOutChoice choice = choose_by_held_out_loss(losses);
  if (task.rows.size() < least_rows_to_choose_epochs)
    choice = {.of_all = outputs.size() - 1, .of_fold = std::vector<size_t>(choice.of_fold.size(), outputs.size() - 1)};
  fitted.out_of_fold = out_of_fold_of(outputs, choice, folds);
  for (TrainedMember& member : trainings.on_all_rows(static_cast<int>(choice.of_all))) {
    member.model->eval();
    state.members.push_back(member.model);
    nlohmann::json curve = nlohmann::json::array();
    for (size_t epoch = 0; epoch < member.training_losses.size(); ++epoch)
      curve.push_back({epoch + 1, member.training_losses[epoch], mean_loss(losses[epoch + 1], task.rows.size())});
    state.history.push_back(std::move(curve));
  }
  return fitted;
}

std::vector<FusionOutput> FusionEnsemble::predict(const std::vector<TokenSequence>& sequences) const {
  const torch::NoGradGuard no_grad;
  std::vector<FusionOutput> outputs;
  for (const TokenSequence& sequence : sequences) {
    throw_if_interrupted();
    const TokenBatch batch = make_batch({sequence}, state_->device);
    FusionOutput sum;
    for (FusionTransformer member : state_->members) {
      const at::Tensor output = member->forward(batch).to(torch::kCPU);
      const float* values = output.data_ptr<float>();
      sum.median += values[0];
      sum.below += values[1];
      sum.above += values[2];
    }
    const double count = static_cast<double>(state_->members.size());
    outputs.push_back({sum.median / count, sum.below / count, sum.above / count});
  }
  return outputs;
}

nlohmann::json FusionEnsemble::shape_to_json() const {
  return {{"model_dimension", state_->shape.model_dimension},
          {"layers", state_->shape.layers},
          {"heads", state_->shape.heads},
          {"members", state_->members.size()}};
}

void FusionEnsemble::store(const std::string& prefix, SafetensorsFile& into) const {
  NamedTensors tensors;
  for (size_t i = 0; i < state_->members.size(); ++i)
    add_module_tensors(*state_->members[i], fmt::format("{}member_{}.", prefix, i), tensors);
  for (const auto& [name, tensor] : tensors) into.tensors[name] = to_stored(tensor);
}

FusionEnsemble FusionEnsemble::restore(const nlohmann::json& shape, const std::string& json_file,
                                       const std::string& prefix, const SafetensorsFile& from,
                                       const std::array<int, token_kinds>& dimensions, const Device& device) {
  FusionEnsemble ensemble;
  State& state = *ensemble.state_;
  state.device = torch_device(device);
  state.shape = {dimensions, shape.at("model_dimension").get<int>(), shape.at("layers").get<int>(),
                 shape.at("heads").get<int>()};
  check_shape(state.shape, json_file);
  const int count = shape.at("members").get<int>();
  if (count < 1 || count > 1000)
    throw Error({.file = json_file,
                 .problem = "the number of transformer members is impossible",
                 .expected = "1 to 1000",
                 .got = std::to_string(count),
                 .advice = "copy the model folder anew"});
  NamedTensors tensors;
  for (const auto& [name, stored] : from.tensors)
    if (name.rfind(prefix + "member_", 0) == 0) tensors[name] = to_tensor(stored);
  for (int i = 0; i < count; ++i) {
    FusionTransformer member(state.shape);
    load_module_tensors(*member, fmt::format("{}member_{}.", prefix, i), tensors, from.file);
    member->to(state.device);
    member->eval();
    state.members.push_back(member);
  }
  return ensemble;
}

}  // namespace foreview
