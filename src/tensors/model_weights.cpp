#include "tensors/model_weights.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <set>

#include "core/files.h"
#include "core/json.h"
#include "core/safetensors_header.h"
#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

/// The shards that an index names; only plain names inside the folder are followed.
std::set<std::string> shards_of(const std::filesystem::path& index) {
  const nlohmann::json json = parse_json(read_file(index, size_t{64} << 20), index);
  const auto refuse = [&](const std::string& got) {
    throw Error({.file = index.string(),
                 .problem = "this is no index of weights",
                 .expected = "a \"weight_map\" of tensors and files of this folder",
                 .got = clean_utf8(got)});
  };
  if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object()) refuse("something else");
  std::set<std::string> shards;
  for (const auto& [tensor, file] : json["weight_map"].items()) {
    if (!file.is_string()) refuse(file.type_name());
    const std::string name = file.get<std::string>();
    if (name.empty() || name.find('/') != std::string::npos || !name.ends_with(".safetensors")) refuse(name);
    shards.insert(name);
  }
  return shards;
}

}  // namespace

std::filesystem::path find_weights(const std::filesystem::path& folder) {
  for (const char* name : {"model.safetensors", "model.safetensors.index.json"})
    if (std::filesystem::exists(folder / name)) return folder / name;
  throw Error({.file = folder.string(),
               .problem = "the model folder has no weights that can be read",
               .expected = "model.safetensors or model.safetensors.index.json",
               .got = std::filesystem::exists(folder / "pytorch_model.bin") ? "pytorch_model.bin" : "neither",
               .advice = "get the model with its safetensors"});
}

std::vector<std::filesystem::path> weight_shards(const std::filesystem::path& file) {
  std::vector<std::filesystem::path> shards;
  if (file.extension() == ".json")
    for (const std::string& name : shards_of(file)) shards.push_back(file.parent_path() / name);
  return shards;
}

NamedTensors load_weights(const std::filesystem::path& file) {
  if (file.extension() != ".json") return load_tensors(file);
  NamedTensors tensors;
  for (const auto& shard : weight_shards(file)) tensors.merge(load_tensors(shard));
  return tensors;
}

at::Tensor take_weight(NamedTensors& tensors, const std::string& name, const std::vector<int64_t>& shape,
                       const std::filesystem::path& file) {
  const auto found = tensors.find(name);
  if (found == tensors.end())
    throw Error({.file = file.string(),
                 .problem = "tensor " + name + " is missing",
                 .expected = shape_text(shape),
                 .got = fmt::format("{} tensors without it", tensors.size()),
                 .advice = "the weights do not belong to this config.json, or are incomplete: get the model again"});
  const at::Tensor stored = found->second;
  if (stored.sizes().vec() != shape)
    throw Error({.file = file.string(),
                 .problem = "tensor " + name + " has another shape than config.json tells",
                 .expected = shape_text(shape),
                 .got = shape_text(stored.sizes().vec()),
                 .advice = "weights and config.json must come from the same model"});
  if (!stored.is_floating_point())
    throw Error({.file = file.string(),
                 .problem = "tensor " + name + " holds another type of number",
                 .expected = "F32, F16 or BF16",
                 .got = std::string(at::toString(stored.scalar_type()))});
  at::Tensor values = stored.to(at::kFloat).contiguous();
  tensors.erase(found);
  if (!at::isfinite(values).all().item<bool>())
    throw Error({.file = file.string(),
                 .problem = "tensor " + name + " is damaged",
                 .expected = "finite numbers",
                 .got = "NaN or infinity among them",
                 .advice = "get the model again"});
  return values;
}

}  // namespace foreview
