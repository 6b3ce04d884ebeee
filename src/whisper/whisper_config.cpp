#include "whisper/whisper_config.h"

#include <fmt/format.h>

#include "core/files.h"
#include "core/json.h"
#include "foreview/error.h"

namespace foreview {
namespace {

int whole_number(const nlohmann::json& json, const char* name, const std::filesystem::path& file) {
  const auto found = json.find(name);
  if (found == json.end() || !found->is_number_integer() || *found < 0 || *found > 100'000'000)
    throw Error({.file = file.string(),
                 .problem = fmt::format("\"{}\" is not usable", name),
                 .expected = "a whole number",
                 .got = found == json.end() ? "nothing" : dump_json(*found).substr(0, 60),
                 .advice = "use the config.json that came with the model"});
  return found->get<int>();
}

std::vector<int> token_list(const nlohmann::json& json, const char* name, const std::filesystem::path& file) {
  const auto found = json.find(name);
  if (found == json.end() || found->is_null()) return {};
  std::vector<int> tokens;
  if (found->is_array())
    for (const nlohmann::json& token : *found)
      if (token.is_number_integer() && token >= 0 && token <= 100'000'000) tokens.push_back(token.get<int>());
  if (!found->is_array() || tokens.size() != found->size())
    throw Error({.file = file.string(),
                 .problem = fmt::format("\"{}\" is not usable", name),
                 .expected = "a list of token ids",
                 .got = dump_json(*found).substr(0, 60)});
  return tokens;
}

nlohmann::json read_object(const std::filesystem::path& file) {
  nlohmann::json json = parse_json(read_file(file, size_t{64} << 20), file);
  if (!json.is_object())
    throw Error({.file = file.string(),
                 .problem = "not a model's settings",
                 .expected = "a JSON object",
                 .got = json.type_name()});
  return json;
}

}  // namespace

void check_whisper_config(const WhisperConfig& c, const std::filesystem::path& file) {
  const auto between = [&](const char* name, int value, int low, int high) {
    if (value < low || value > high)
      throw Error({.file = file.string(),
                   .problem = fmt::format("no Whisper model has this {}", name),
                   .expected = fmt::format("{} to {}", low, high),
                   .got = std::to_string(value)});
  };
  between("number of mel bins", c.mel_bins, 1, 512);
  between("audio context", c.audio_context, 2, 1500);
  between("text context", c.text_context, 8, 4096);
  between("width", c.width, 1, 8192);
  between("number of encoder layers", c.encoder_layers, 1, 128);
  between("number of decoder layers", c.decoder_layers, 1, 128);
  between("encoder inner width", c.encoder_inner, 1, 65536);
  between("decoder inner width", c.decoder_inner, 1, 65536);
  between("vocabulary", c.vocabulary, 51864, 60000);
  for (const auto& [name, heads] :
       {std::pair("number of encoder heads", c.encoder_heads), std::pair("number of decoder heads", c.decoder_heads)}) {
    between(name, heads, 1, 256);
    if (c.width % heads != 0)
      throw Error({.file = file.string(),
                   .problem = fmt::format("the {} does not divide the width", name),
                   .expected = fmt::format("a divisor of {}", c.width),
                   .got = std::to_string(heads)});
  }
}

WhisperConfig read_whisper_config(const std::filesystem::path& folder) {
  const auto file = folder / "config.json";
  if (!std::filesystem::exists(file))
    throw Error({.file = folder.string(),
                 .problem = "this is no Whisper model folder",
                 .expected = "config.json, model.safetensors and the tokenizer's files",
                 .got = "no config.json",
                 .advice = "name a Hugging Face folder (such as a copy of openai/whisper-base) or a ggml file"});
  const nlohmann::json json = read_object(file);
  if (const auto type = json.find("model_type"); type != json.end() && *type != "whisper")
    throw Error({.file = file.string(),
                 .problem = "this is another kind of model",
                 .expected = "model_type \"whisper\"",
                 .got = dump_json(*type).substr(0, 60)});
  const auto number = [&](const char* name) { return whole_number(json, name, file); };
  WhisperConfig config{.mel_bins = number("num_mel_bins"),
                       .audio_context = number("max_source_positions"),
                       .text_context = number("max_target_positions"),
                       .width = number("d_model"),
                       .encoder_layers = number("encoder_layers"),
                       .encoder_heads = number("encoder_attention_heads"),
                       .encoder_inner = number("encoder_ffn_dim"),
                       .decoder_layers = number("decoder_layers"),
                       .decoder_heads = number("decoder_attention_heads"),
                       .decoder_inner = number("decoder_ffn_dim"),
                       .vocabulary = number("vocab_size"),
                       .suppress_tokens = token_list(json, "suppress_tokens", file),
                       .begin_suppress_tokens = token_list(json, "begin_suppress_tokens", file)};
  // Newer folders keep the lists beside the config.
  if (const auto generation = folder / "generation_config.json"; std::filesystem::exists(generation)) {
    const nlohmann::json lists = read_object(generation);
    if (config.suppress_tokens.empty()) config.suppress_tokens = token_list(lists, "suppress_tokens", generation);
    if (config.begin_suppress_tokens.empty())
      config.begin_suppress_tokens = token_list(lists, "begin_suppress_tokens", generation);
  }
  check_whisper_config(config, file);
  return config;
}

}  // namespace foreview
