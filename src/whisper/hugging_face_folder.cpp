#include "foreview/error.h"
#include "tensors/model_weights.h"
#include "whisper/model_files.h"

namespace foreview {

ModelFiles read_hugging_face_folder(const std::filesystem::path& folder) {
  WhisperConfig config = read_whisper_config(folder);
  WhisperTokenizer tokenizer = WhisperTokenizer::load(folder, config.vocabulary);
  const auto weights = find_weights(folder);
  return {std::move(config), load_weights(weights), std::move(tokenizer), weights};
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
