#pragma once

#include <filesystem>
#include <string>

#include "tensors/tensor_file.h"
#include "visual/pretraining.h"

namespace foreview {

/// What a weights file of the visual encoder holds. Form: safetensors with the network's tensors under "model." and, as
/// metadata, "format" ("foreview visual encoder"), "format_version" ("1"), "options" and "result" (JSON).
struct VisualWeights {
  PretrainOptions options;
  PretrainResult result;
  NamedTensors tensors;
};

/// Prefix of the network's tensors.
inline constexpr const char* model_prefix = "model.";

/// Throws Error when an option is outside its range; `file` is where the options came from, empty for the user's own.
void check_options(const PretrainOptions& options, const std::filesystem::path& file);

void save_visual_weights(const std::filesystem::path& file, const VisualWeights& weights);
/// Throws Error when it is no such file, of another version, or holds options out of range. The tensors are checked
/// when they are copied into a network (load_module_tensors).
VisualWeights load_visual_weights(const std::filesystem::path& file);

}  // namespace foreview
