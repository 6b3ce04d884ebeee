#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tensors/tensor_file.h"
#include "visual/pretraining.h"

namespace foreview {

/// What a weights file of the visual encoder holds. Form: safetensors; metadata are "format" ("foreview visual
/// encoder"), "format_version" ("6"), "options", "result" (JSON) and "seed". The autoencoder's tensors are under
/// "model.", the motion encoder's, without its projection head, under "motion.".
struct VisualWeights {
  PretrainOptions options;
  uint64_t seed = 0;  // that the first weights were drawn with
  PretrainResult result;
  NamedTensors tensors;
};

inline constexpr const char* motion_prefix = "motion.";

/// Throws Error when an option is outside its range; `file` is where the options came from, empty for the user's own.
void check_options(const PretrainOptions& options, const std::filesystem::path& file);

void save_visual_weights(const std::filesystem::path& file, const VisualWeights& weights);
/// Throws Error when it is no such file, of another version, or holds options out of range. The tensors are checked
/// when they are copied into a network (load_module_tensors).
VisualWeights load_visual_weights(const std::filesystem::path& file);

}  // namespace foreview
