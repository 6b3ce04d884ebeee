#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tensors/tensor_file.h"
#include "visual/pretraining.h"

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// Prefix of a network's tensors in checkpoints and weights files.
inline constexpr const char* model_prefix = "model.";

/// All that a training depends on beside its data: with it, training goes on bit for bit on the CPU. The curve holds
/// one point a step done.
struct TrainingState {
  torch::nn::Module& network;
  torch::optim::AdamW& optimizer;
  std::vector<CurvePoint>& curve;
};

/// `identity` is of options, data and seed: a checkpoint of anything else is not gone on from.
void save_checkpoint(const std::filesystem::path& file, const std::string& identity, const TrainingState& state);
/// False, and nothing changed, when there is none or it is of another identity; a damaged one is reported and left out
/// too.
bool load_checkpoint(const std::filesystem::path& file, const std::string& identity, int most_steps,
                     TrainingState state);

}  // namespace foreview
