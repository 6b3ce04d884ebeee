#include "tensors/optimizer_state.h"

#include <memory>
#include <sstream>

#include "foreview/error.h"
#include "tensors/torch_compat.h"

namespace foreview {
namespace {

std::string entry(const std::string& prefix, size_t index, const char* part) {
  return prefix + std::to_string(index) + "." + part;
}

std::vector<at::Tensor> parameters_of(torch::optim::Optimizer& optimizer) {
  std::vector<at::Tensor> all;
  for (auto& group : optimizer.param_groups()) {
    for (const at::Tensor& parameter : group.params()) all.push_back(parameter);
  }
  return all;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& name, const std::string& problem) {
  throw Error({.file = file.string(),
               .problem = "optimiser state " + name + " " + problem,
               .advice = "delete this checkpoint: training then starts anew"});
}

at::Tensor moment(const NamedTensors& from, const std::string& name, const at::Tensor& parameter,
                  const std::filesystem::path& file) {
  const auto found = from.find(name);
  if (found == from.end()) refuse(file, name, "is missing");
  const at::Tensor& stored = found->second;
  if (stored.sizes() != parameter.sizes() || stored.scalar_type() != parameter.scalar_type()) {
    refuse(file, name, "has another shape or type than its parameter");
  }
  if (!at::isfinite(stored).all().item<bool>()) refuse(file, name, "holds values that are no finite numbers");
  return stored.to(parameter.device()).clone();
}

int64_t step_count(const NamedTensors& from, const std::string& name, const std::filesystem::path& file) {
  const at::Tensor& stored = from.at(name);
  if (stored.scalar_type() != at::kLong || stored.numel() != 1) refuse(file, name, "is no single 64-bit integer");
  const int64_t step = stored.item<int64_t>();
  if (step < 0) refuse(file, name, "is negative");
  return step;
}

}  // namespace

void add_optimizer_state(torch::optim::AdamW& optimizer, const std::string& prefix, NamedTensors& into) {
  const std::vector<at::Tensor> parameters = parameters_of(optimizer);
  for (size_t index = 0; index < parameters.size(); ++index) {
    const auto found = optimizer.state().find(optimizer_state_key(optimizer, parameters[index]));
    if (found == optimizer.state().end()) continue;  // this parameter has had no gradient yet
    const auto& state = static_cast<const torch::optim::AdamWParamState&>(*found->second);
    into[entry(prefix, index, "step")] = at::full({}, state.step(), at::TensorOptions().dtype(at::kLong));
    into[entry(prefix, index, "exp_avg")] = state.exp_avg().detach();
    into[entry(prefix, index, "exp_avg_sq")] = state.exp_avg_sq().detach();
  }
}

void load_optimizer_state(torch::optim::AdamW& optimizer, const std::string& prefix, const NamedTensors& from,
                          const std::filesystem::path& file) {
  const std::vector<at::Tensor> parameters = parameters_of(optimizer);
  for (size_t index = 0; index < parameters.size(); ++index) {
    const auto key = optimizer_state_key(optimizer, parameters[index]);
    if (!from.contains(entry(prefix, index, "step"))) {
      optimizer.state().erase(key);
      continue;
    }
    auto state = std::make_unique<torch::optim::AdamWParamState>();
    state->step(step_count(from, entry(prefix, index, "step"), file));
    state->exp_avg(moment(from, entry(prefix, index, "exp_avg"), parameters[index], file));
    state->exp_avg_sq(moment(from, entry(prefix, index, "exp_avg_sq"), parameters[index], file));
    optimizer.state()[key] = std::move(state);
  }
}

}  // namespace foreview
