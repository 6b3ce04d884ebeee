#include "bert/sentence_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& problem, const std::string& expected,
                         const std::string& got) {
  throw Error({.file = file.string(),
               .problem = problem,
               .expected = expected,
               .got = clean_utf8(got.substr(0, 80)),
               .advice = "--text-model takes sentence-transformers folders of the BERT family, with all their files"});
}

/// A JSON object that is read by name with its type.
class Settings {
 public:
  explicit Settings(std::filesystem::path file) : file_(std::move(file)) {
    json_ = parse_json(read_file(file_, size_t{16} << 20), file_);
    if (!json_.is_object()) refuse(file_, "not a model's settings", "a JSON object", json_.type_name());
  }
  static Settings or_empty(const std::filesystem::path& file) {
    return std::filesystem::exists(file) ? Settings(file) : Settings();
  }

  int whole(const char* name, int low, int high) const {
    const auto found = json_.find(name);
    if (found == json_.end() || !found->is_number_integer() || *found < low || *found > high)
      refuse(file_, fmt::format("\"{}\" is not usable", name), fmt::format("a whole number, {} to {}", low, high),
             found == json_.end() ? "nothing" : dump_json(*found));
    return found->get<int>();
  }
  std::optional<int> whole_or_none(const char* name, int low, int high) const {
    if (!json_.contains(name) || json_[name].is_null()) return std::nullopt;
    return whole(name, low, high);
  }
  double number(const char* name, double otherwise) const {
    const auto found = json_.find(name);
    if (found == json_.end() || found->is_null()) return otherwise;
    if (!found->is_number() || !(found->get<double>() > 0) || found->get<double>() > 1)
      refuse(file_, fmt::format("\"{}\" is not usable", name), "a small positive number", dump_json(*found));
    return found->get<double>();
  }
  std::optional<bool> flag(const char* name) const {
    const auto found = json_.find(name);
    if (found == json_.end() || found->is_null()) return std::nullopt;
    if (!found->is_boolean())
      refuse(file_, fmt::format("\"{}\" is not usable", name), "true or false", dump_json(*found));
    return found->get<bool>();
  }
  /// A text, or the "content" of an object, as special tokens are written by some versions.
  std::string text(const char* name, const std::string& otherwise) const {
    const auto found = json_.find(name);
    if (found == json_.end() || found->is_null()) return otherwise;
    const nlohmann::json& value = found->is_object() && found->contains("content") ? (*found)["content"] : *found;
    if (!value.is_string()) refuse(file_, fmt::format("\"{}\" is not usable", name), "a text", dump_json(*found));
    return value.get<std::string>();
  }
  const nlohmann::json& json() const { return json_; }

 private:
  Settings() : json_(nlohmann::json::object()) {}
  std::filesystem::path file_;
  nlohmann::json json_;
};

BertConfig read_bert_config(const std::filesystem::path& file) {
  const Settings settings(file);
  BertConfig bert;
  const std::string type = settings.text("model_type", "bert");
  bert.distilled = type == "distilbert";
  if (type != "bert" && !bert.distilled) refuse(file, "another kind of model", "model_type bert or distilbert", type);
  bert.vocabulary = settings.whole("vocab_size", 5, 2'000'000);
  bert.positions = settings.whole("max_position_embeddings", 3, 65536);
  bert.width = settings.whole(bert.distilled ? "dim" : "hidden_size", 1, 8192);
  bert.layers = settings.whole(bert.distilled ? "n_layers" : "num_hidden_layers", 1, 128);
  bert.heads = settings.whole(bert.distilled ? "n_heads" : "num_attention_heads", 1, 256);
  bert.inner = settings.whole(bert.distilled ? "hidden_dim" : "intermediate_size", 1, 65536);
  bert.token_types = bert.distilled ? 0 : settings.whole("type_vocab_size", 1, 1024);
  bert.norm_epsilon = settings.number("layer_norm_eps", 1e-12);
  bert.activation = settings.text(bert.distilled ? "activation" : "hidden_act", "gelu");
  if (bert.activation == "gelu_pytorch_tanh") bert.activation = "gelu_new";
  if (bert.activation != "gelu" && bert.activation != "gelu_new" && bert.activation != "relu")
    refuse(file, "another activation", "gelu, gelu_new or relu", bert.activation);
  if (bert.width % bert.heads != 0)
    refuse(file, "the heads do not divide the width", fmt::format("a divisor of {}", bert.width),
           std::to_string(bert.heads));
  const std::string positions = settings.text("position_embedding_type", "absolute");
  if (positions != "absolute") refuse(file, "another kind of positions", "absolute", positions);
  return bert;
}

PoolingConfig read_pooling(const std::filesystem::path& file) {
  const Settings settings(file);
  PoolingConfig pooling;
  for (const auto& [name, value] : settings.json().items()) {
    if (!name.starts_with("pooling_mode_") || value != true) continue;
    if (name == "pooling_mode_cls_token") {
      pooling.first = true;
    } else if (name == "pooling_mode_max_tokens") {
      pooling.largest = true;
    } else if (name == "pooling_mode_mean_tokens") {
      pooling.mean = true;
    } else {
      refuse(file, "another kind of pooling", "mean, cls or max", name);
    }
  }
  if (pooling.parts() == 0) refuse(file, "no pooling is chosen", "mean, cls or max", "none");
  return pooling;
}

void read_words(const std::filesystem::path& folder, SentenceConfig& config) {
  const Settings tokenizer = Settings::or_empty(folder / "tokenizer_config.json");
  const Settings sentence = Settings::or_empty(folder / "sentence_bert_config.json");
  const bool lower = tokenizer.flag("do_lower_case").value_or(true);
  WordPieceOptions& words = config.words;
  words.lower_case = lower || sentence.flag("do_lower_case").value_or(false);
  words.strip_accents = tokenizer.flag("strip_accents").value_or(lower);
  words.split_ideographs = tokenizer.flag("tokenize_chinese_chars").value_or(true);
  words.unknown = tokenizer.text("unk_token", words.unknown);
  words.classify = tokenizer.text("cls_token", words.classify);
  words.separate = tokenizer.text("sep_token", words.separate);
  words.pad = tokenizer.text("pad_token", words.pad);
  const int positions = config.bert.positions;
  config.most_tokens = static_cast<size_t>(
      std::min(positions, sentence.whole_or_none("max_seq_length", 3, 1'000'000).value_or(positions)));
}

/// Only names inside the folder are followed.
std::filesystem::path module_folder(const std::filesystem::path& folder, const std::string& path,
                                    const std::filesystem::path& file) {
  if (path.find('/') != std::string::npos || path.starts_with("."))
    refuse(file, "a module lies elsewhere", "the name of a folder beside modules.json", path);
  return path.empty() ? folder : folder / path;
}

}  // namespace

SentenceConfig read_sentence_config(const std::filesystem::path& folder) {
  const auto file = folder / "modules.json";
  if (!std::filesystem::exists(file))
    throw Error({.file = folder.string(),
                 .problem = std::filesystem::is_directory(folder) ? "this is no text model" : "no such text model",
                 .expected = "a sentence-transformers folder with modules.json",
                 .got = std::filesystem::is_directory(folder) ? "a folder without it" : "no folder",
                 .advice = "name the folder of a model of the BERT family"},
                ErrorKind::usage);
  const nlohmann::json modules = parse_json(read_file(file, size_t{1} << 20), file);
  if (!modules.is_array()) refuse(file, "this is no list of modules", "a JSON array", modules.type_name());
  SentenceConfig config;
  std::filesystem::path pooling;
  for (const nlohmann::json& module : modules) {
    const bool complete = module.is_object() && module.contains("type") && module["type"].is_string() &&
                          module.contains("path") && module["path"].is_string();
    if (!complete) refuse(file, "a module is damaged", "a type and a path", dump_json(module));
    const std::string type = module["type"].get<std::string>(), kind = type.substr(type.rfind('.') + 1);
    const auto place = module_folder(folder, module["path"].get<std::string>(), file);
    if (kind == "Transformer") {
      config.transformer = place;
    } else if (kind == "Pooling") {
      pooling = place;
    } else if (kind == "Normalize") {
      config.normalise = true;
    } else {
      refuse(file, "a module of another kind", "Transformer, Pooling, Normalize", type);
    }
  }
  if (config.transformer.empty() || pooling.empty())
    refuse(file, "a module is missing", "Transformer and Pooling", std::to_string(modules.size()) + " modules");
  config.bert = read_bert_config(config.transformer / "config.json");
  config.pooling_file = pooling / "config.json";
  config.pooling = read_pooling(config.pooling_file);
  read_words(config.transformer, config);
  return config;
}

}  // namespace foreview
