#include <fmt/format.h>

#include <set>

#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "foreview/error.h"
#include "whisper/model_files.h"

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

ModelFiles read_hugging_face_folder(const std::filesystem::path& folder) {
  WhisperConfig config = read_whisper_config(folder);
  WhisperTokenizer tokenizer = WhisperTokenizer::load(folder, config.vocabulary);
  const auto single = folder / "model.safetensors", index = folder / "model.safetensors.index.json";
  NamedTensors tensors;
  if (std::filesystem::exists(single)) {
    tensors = load_tensors(single);
  } else if (std::filesystem::exists(index)) {
    for (const std::string& shard : shards_of(index)) tensors.merge(load_tensors(folder / shard));
  } else {
    throw Error({.file = folder.string(),
                 .problem = "the model folder has no weights that can be read",
                 .expected = "model.safetensors or model.safetensors.index.json",
                 .got = std::filesystem::exists(folder / "pytorch_model.bin") ? "pytorch_model.bin" : "neither",
                 .advice = "get the model with its safetensors"});
  }
  return {std::move(config), std::move(tensors), std::move(tokenizer),
          std::filesystem::exists(single) ? single : index};
}

ModelFiles read_model_files(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) return read_hugging_face_folder(path);
  if (std::filesystem::is_regular_file(path)) return read_ggml_file(path);
  throw Error({.file = path.string(),
               .problem = "no such model",
               .expected = "a Hugging Face folder, or a ggml .bin file of whisper.cpp",
               .got = "nothing there",
               .advice = "name a Hugging Face folder (such as a copy of openai/whisper-base) or a ggml file"},
              ErrorKind::usage);
}

}  // namespace foreview
