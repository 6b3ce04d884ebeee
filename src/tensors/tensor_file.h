#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>

#include "core/safetensors.h"

namespace torch::nn {
class Module;
}

namespace foreview {

using NamedTensors = std::map<std::string, at::Tensor>;

at::Tensor to_tensor(const StoredTensor& stored);
StoredTensor to_stored(const at::Tensor& tensor);

/// All tensors of a safetensors file, on the CPU; `metadata` (if given) receives the file's string table.
NamedTensors load_tensors(const std::filesystem::path& file, std::map<std::string, std::string>* metadata = nullptr);
void save_tensors(const std::filesystem::path& file, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata = {});

/// Parameters and buffers of a module under `prefix` ("encoder." ...).
void add_module_tensors(const torch::nn::Module& module, const std::string& prefix, NamedTensors& into);
/// Copies them back. Every parameter and buffer must be there with the same shape and dtype and finite values, and no
/// tensor under `prefix` may be left over: throws Error with expected and got, naming `file`.
void load_module_tensors(torch::nn::Module& module, const std::string& prefix, const NamedTensors& from,
                         const std::filesystem::path& file);

}  // namespace foreview
