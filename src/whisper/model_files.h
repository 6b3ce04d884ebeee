#pragma once

#include <filesystem>

#include "tensors/tensor_file.h"
#include "whisper/whisper_config.h"
#include "whisper/whisper_tokenizer.h"

// Internal to this folder.
namespace foreview {

/// What the files of a Whisper model hold, whatever their layout: tensors under their Hugging Face names, in the
/// numbers they are stored in.
struct ModelFiles {
  WhisperConfig config;
  NamedTensors tensors;
  WhisperTokenizer tokenizer;
  std::filesystem::path weights;  // for messages
};

/// A Hugging Face folder: config.json, model.safetensors or model.safetensors.index.json with its shards, tokenizer.
ModelFiles read_hugging_face_folder(const std::filesystem::path& folder);
/// whisper.cpp's .bin in F32 or F16 (layout at the top of ggml_file.cpp).
ModelFiles read_ggml_file(const std::filesystem::path& file);
/// One of the two, by what `path` is. Throws Error with expected and got.
ModelFiles read_model_files(const std::filesystem::path& path);

}  // namespace foreview
