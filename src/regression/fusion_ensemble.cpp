#include "regression/fusion_ensemble.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include "core/interrupt.h"
#include "core/parallel.h"
#include "core/random.h"
#include "foreview/error.h"
#include "regression/folds.h"
#include "regression/fusion_training.h"
#include "tensors/tensor_file.h"

namespace foreview {
namespace {

constexpr size_t least_stopping_rows = 8;
constexpr size_t least_rows_to_hold_back_from = 20;

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

// [rows, 2], low and high
at::Tensor label_tensor(const std::vector<LabelRange>& labels, const torch::Device& device) {
  std::vector<float> ends;
  for (const LabelRange& label : labels)
    for (double end : {label.low, label.high}) ends.push_back(static_cast<float>(end));
  return torch::tensor(ends).view({-1, 2}).to(device);
}

template <class T>
std::vector<T> taken(const std::vector<T>& values, const std::vector<size_t>& rows) {
  std::vector<T> result;
  for (size_t row : rows) result.push_back(values[row]);
  return result;
}

FusionData make_data(const FusionTask& task, uint64_t seed, const torch::Device& device) {
  FusionData data;
  data.binary = task.binary;
  std::vector<TokenSequence> training = task.training, stopping = task.validation;
  std::vector<LabelRange> training_labels = task.training_labels, stopping_labels = task.validation_labels;
  if (stopping.size() < least_stopping_rows) {
    stopping.clear();
    stopping_labels.clear();
    if (training.size() >= least_rows_to_hold_back_from) {
      const Folds folds = make_row_folds(training.size(), 6, seed);
      stopping = taken(task.training, folds.inside(0));
      stopping_labels = taken(task.training_labels, folds.inside(0));
      training = taken(task.training, folds.outside(0));
      training_labels = taken(task.training_labels, folds.outside(0));
    }
  }
  data.training = make_batch(training, device);
  data.training_labels = label_tensor(training_labels, device);
  data.stopping = make_batch(stopping, device);
  data.stopping_labels = label_tensor(stopping_labels, device);
  return data;
}

// Members train side by side, each on one thread: the sums inside a member are then the same on any machine.
class OneThreadEach {
 public:
  OneThreadEach() : before_(at::get_num_threads()) {}
  ~OneThreadEach() { at::set_num_threads(before_); }

 private:
  int before_;
};

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

FusionEnsemble FusionEnsemble::train(const FusionTask& task, const TrainOptions& options, uint64_t seed,
                                     const Device& device, Progress& progress) {
  FusionEnsemble ensemble;
  State& state = *ensemble.state_;
  state.device = torch_device(device);
  state.shape = {task.dimensions, options.model_dimension, options.layers, options.heads};
  check_shape(state.shape, "");
  const FusionData data = make_data(task, derive_seed(seed, "stopping rows"), state.device);
  const size_t count = static_cast<size_t>(std::max(1, options.members));
  std::vector<TrainedMember> members(count);
  const OneThreadEach threads;
  for_each_parallel(count, device.is_cuda() ? 1 : available_processors(), [&](size_t index, int) {
    at::set_num_threads(1);
    members[index] = train_member(data, state.shape, options, derive_seed(seed, fmt::format("member {}", index)),
                                  state.device, progress);
  });
  for (TrainedMember& member : members) {
    member.model->eval();
    state.members.push_back(member.model);
    state.history.push_back(std::move(member.history));
  }
  return ensemble;
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
