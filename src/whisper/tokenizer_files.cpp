#include "whisper/tokenizer_files.h"

#include "core/files.h"
#include "core/json.h"
#include "foreview/error.h"

namespace foreview {
namespace {

[[noreturn]] void no_tokenizer(const std::filesystem::path& file, const std::string& expected, const std::string& got) {
  throw Error({.file = file.string(),
               .problem = "this is no tokenizer file",
               .expected = expected,
               .got = got,
               .advice = "use the tokenizer files that came with the model"});
}

std::pair<std::string, std::string> merge_from(std::string_view line, const std::filesystem::path& file) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || space == 0 || space + 1 == line.size())
    no_tokenizer(file, "merges of two tokens with a space between", "\"" + std::string(line.substr(0, 60)) + "\"");
  return {std::string(line.substr(0, space)), std::string(line.substr(space + 1))};
}

int id_from(const nlohmann::json& value, const std::filesystem::path& file) {
  if (!value.is_number_integer() || value < 0 || value > 10'000'000)
    no_tokenizer(file, "ids that are whole numbers", dump_json(value).substr(0, 60));
  return value.get<int>();
}

BytePairEncoding::Vocabulary vocabulary_from(const nlohmann::json& json, const std::filesystem::path& file) {
  if (!json.is_object()) no_tokenizer(file, "an object of tokens and ids", json.type_name());
  BytePairEncoding::Vocabulary vocabulary;
  for (const auto& [token, id] : json.items()) vocabulary.emplace_back(token, id_from(id, file));
  return vocabulary;
}

TokenizerFiles read_separate_files(const std::filesystem::path& folder) {
  TokenizerFiles files;
  files.file = folder / "vocab.json";
  files.vocabulary = vocabulary_from(parse_json(read_file(files.file), files.file), files.file);
  const auto merges = folder / "merges.txt";
  const std::string text = read_file(merges);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && !(at == 0 && line.starts_with("#version"))) files.merges.push_back(merge_from(line, merges));
    at = end + 1;
  }
  const auto added = folder / "added_tokens.json";
  if (std::filesystem::exists(added))
    for (auto& [token, id] : vocabulary_from(parse_json(read_file(added), added), added))
      files.added.emplace(token, id);
  return files;
}

TokenizerFiles read_tokenizer_json(const std::filesystem::path& file) {
  TokenizerFiles files;
  files.file = file;
  const nlohmann::json json = parse_json(read_file(file), file);
  const nlohmann::json* model = json.is_object() && json.contains("model") ? &json["model"] : nullptr;
  if (!model || !model->is_object() || !model->contains("vocab") || !model->contains("merges") ||
      !(*model)["merges"].is_array())
    no_tokenizer(file, "a \"model\" with \"vocab\" and \"merges\"", "something else");
  files.vocabulary = vocabulary_from((*model)["vocab"], file);
  for (const nlohmann::json& merge : (*model)["merges"]) {
    // Written as "a b" by older versions of the tokenizers library, as ["a", "b"] by newer ones.
    if (merge.is_string()) {
      files.merges.push_back(merge_from(merge.get_ref<const std::string&>(), file));
    } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
      files.merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
    } else {
      no_tokenizer(file, "merges of two tokens", dump_json(merge).substr(0, 60));
    }
  }
  if (json.contains("added_tokens") && json["added_tokens"].is_array())
    for (const nlohmann::json& token : json["added_tokens"])
      if (token.is_object() && token.contains("content") && token["content"].is_string() && token.contains("id"))
        files.added.emplace(token["content"].get<std::string>(), id_from(token["id"], file));
  return files;
}

}  // namespace

TokenizerFiles read_tokenizer_files(const std::filesystem::path& folder) {
  if (std::filesystem::exists(folder / "vocab.json") && std::filesystem::exists(folder / "merges.txt"))
    return read_separate_files(folder);
  if (std::filesystem::exists(folder / "tokenizer.json")) return read_tokenizer_json(folder / "tokenizer.json");
  throw Error({.file = folder.string(),
               .problem = "the model folder has no tokenizer",
               .expected = "vocab.json and merges.txt, or tokenizer.json",
               .got = "neither",
               .advice = "copy all files of the model, not its weights alone"});
}

}  // namespace foreview
