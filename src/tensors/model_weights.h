#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tensors/tensor_file.h"

// Weights of published models, as a Hugging Face folder holds them.
namespace foreview {

/// The file that names a folder's weights: model.safetensors, else model.safetensors.index.json. Throws Error when
/// neither is there.
std::filesystem::path find_weights(const std::filesystem::path& folder);
/// The files that an index names (plain names inside the folder alone); none for a single file.
std::vector<std::filesystem::path> weight_shards(const std::filesystem::path& file);
/// All tensors of that file, or of the shards that the index names.
NamedTensors load_weights(const std::filesystem::path& file);

/// Takes `name` out of `tensors` as f32, after checking shape, type (F32, F16, BF16) and finiteness. Throws Error with
/// expected and got, naming `file`.
at::Tensor take_weight(NamedTensors& tensors, const std::string& name, const std::vector<int64_t>& shape,
                       const std::filesystem::path& file);

}  // namespace foreview
