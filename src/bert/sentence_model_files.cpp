#include <filesystem>

#include "bert/sentence_config.h"
#include "bert/sentence_encoder.h"
#include "core/hash.h"
#include "tensors/model_weights.h"

namespace foreview {

std::vector<std::filesystem::path> sentence_model_files(const std::filesystem::path& folder) {
  const SentenceConfig config = read_sentence_config(folder);
  std::vector<std::filesystem::path> files = {"modules.json"};
  const auto weights = find_weights(config.transformer);
  for (const char* name : {"config.json", "sentence_bert_config.json", "tokenizer_config.json"})
    if (std::filesystem::exists(config.transformer / name))
      files.push_back(std::filesystem::relative(config.transformer / name, folder));
  const auto vocabulary = read_wordpiece_vocabulary(config.transformer).file;
  files.push_back(std::filesystem::relative(vocabulary, folder));
  files.push_back(std::filesystem::relative(config.pooling_file, folder));
  files.push_back(std::filesystem::relative(weights, folder));
  for (const auto& shard : weight_shards(weights)) files.push_back(std::filesystem::relative(shard, folder));
  return files;
}

std::string sentence_model_fingerprint(const std::filesystem::path& folder) {
  std::string all = "sentence model v1";
  for (const auto& file : sentence_model_files(folder)) all += "|" + file.string() + " " + sha256_file(folder / file);
  return fingerprint(all);
}

void copy_sentence_model(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::remove_all(to);
  for (const auto& file : sentence_model_files(from)) {
    std::filesystem::create_directories((to / file).parent_path());
    std::filesystem::copy_file(from / file, to / file);
  }
}

}  // namespace foreview
