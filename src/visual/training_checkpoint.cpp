#include "visual/training_checkpoint.h"

#include "core/log.h"
#include "foreview/error.h"
#include "tensors/optimizer_state.h"

namespace foreview {
namespace {

constexpr const char* checkpoint_format = "foreview visual checkpoint 2";

at::Tensor column(const std::vector<CurvePoint>& curve, double CurvePoint::*member) {
  at::Tensor values = at::empty({static_cast<int64_t>(curve.size())}, at::kDouble);
  for (size_t i = 0; i < curve.size(); ++i) values.data_ptr<double>()[i] = curve[i].*member;
  return values;
}

void restore(const NamedTensors& tensors, const std::filesystem::path& file, int most_steps, TrainingState& state) {
  const auto curve_of = [&](const char* name) {
    const auto found = tensors.find(name);
    if (found == tensors.end() || found->second.scalar_type() != at::kDouble || found->second.dim() != 1 ||
        found->second.numel() > most_steps) {
      throw Error({.file = file.string(), .problem = std::string("the checkpoint's ") + name + " is missing or wrong"});
    }
    return found->second;
  };
  const at::Tensor train = curve_of("curve.train"), validation = curve_of("curve.validation");
  if (train.numel() != validation.numel()) {
    throw Error({.file = file.string(), .problem = "the checkpoint's curves have different lengths"});
  }
  load_module_tensors(state.network, model_prefix, tensors, file);
  load_optimizer_state(state.optimizer, "optimizer.", tensors, file);
  for (int64_t i = 0; i < train.numel(); ++i) {
    state.curve.push_back({.step = static_cast<int>(i) + 1,
                           .train_loss = train.data_ptr<double>()[i],
                           .validation_loss = validation.data_ptr<double>()[i]});
  }
}

}  // namespace

void save_checkpoint(const std::filesystem::path& file, const std::string& identity, const TrainingState& state) {
  NamedTensors tensors;
  add_module_tensors(state.network, model_prefix, tensors);
  add_optimizer_state(state.optimizer, "optimizer.", tensors);
  tensors["curve.train"] = column(state.curve, &CurvePoint::train_loss);
  tensors["curve.validation"] = column(state.curve, &CurvePoint::validation_loss);
  save_tensors(file, tensors, {{"format", checkpoint_format}, {"identity", identity}});
}

bool load_checkpoint(const std::filesystem::path& file, const std::string& identity, int most_steps,
                     TrainingState state) {
  if (!std::filesystem::exists(file)) return false;
  NamedTensors start, own;  // what a damaged checkpoint may have half overwritten
  add_module_tensors(state.network, model_prefix, own);
  for (const auto& [name, tensor] : own) start[name] = tensor.cpu().clone();
  try {
    std::map<std::string, std::string> metadata;
    const NamedTensors tensors = load_tensors(file, &metadata);
    if (metadata["format"] != checkpoint_format || metadata["identity"] != identity) {
      info_line("pretraining starts anew: the checkpoint belongs to other options or videos");
      return false;
    }
    restore(tensors, file, most_steps, state);
    return true;
  } catch (const Error& error) {
    warn_line(std::string(error.what()) + "; pretraining starts anew");
    load_module_tensors(state.network, model_prefix, start, file);
    load_optimizer_state(state.optimizer, "optimizer.", {}, file);
    state.curve.clear();
    return false;
  }
}

}  // namespace foreview
