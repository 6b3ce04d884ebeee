#include "transcription/parser_seeds.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "core/random.h"
#include "core/safetensors.h"
#include "foreview/error.h"
#include "support/mutations.h"
#include "transcription/subtitles.h"
#include "whisper/model_files.h"

namespace foreview::testing {
namespace {

std::string safetensors_seed() {
  SafetensorsFile file;
  const float numbers[6] = {1, 2, 3, 4, 5, 6};
  file.tensors["a.weight"] = StoredTensor::from<float>({2, 3}, numbers);
  file.tensors["a.bias"] = StoredTensor::from<float>({3}, numbers);
  file.tensors["none"] = StoredTensor::from<float>({0, 4}, numbers);
  file.metadata["format"] = "pt";
  return serialize_safetensors(file);
}

std::string as_bytes(std::initializer_list<int32_t> numbers) {
  std::string bytes;
  for (const int32_t number : numbers) bytes.append(reinterpret_cast<const char*>(&number), 4);
  return bytes;
}

std::string ggml_tensor(const std::string& name, int32_t columns, int32_t rows) {
  return as_bytes({2, static_cast<int32_t>(name.size()), 0, columns, rows}) + name +
         std::string(static_cast<size_t>(4 * columns * rows), '\1');
}

std::string ggml_seed() {
  std::string bytes = as_bytes({0x67676d6c, 51864, 4, 2, 1, 1, 8, 2, 1, 1, 3, 0, 3, 2}) + std::string(3 * 2 * 4, '\0');
  constexpr int tokens = 50256;  // no model has fewer
  bytes += as_bytes({tokens});
  for (int i = 0; i < 256; ++i) bytes += as_bytes({1}) + static_cast<char>(i);
  for (int i = 256; i < tokens; ++i) bytes += as_bytes({3}) + static_cast<char>(i >> 8) + static_cast<char>(i) + "x";
  return bytes + ggml_tensor("encoder.positional_embedding", 2, 4) + ggml_tensor("decoder.token_embedding.weight", 2, 9);
}

/// Without the flush to disk that real files get: thousands are written.
void put(const std::filesystem::path& file, const std::string& bytes) { std::ofstream(file, std::ios::binary) << bytes; }

/// GPT-2's spelling of a byte: printable ones as they are, the others from U+0100 on.
std::string spelling(int byte) {
  const auto is_printable = [](int b) { return (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174; };
  int point = byte;
  if (!is_printable(byte)) {
    point = 256;
    for (int before = 0; before < byte; ++before) point += !is_printable(before);
  }
  if (point < 128) return std::string(1, static_cast<char>(point));
  return {static_cast<char>(0xC0 | (point >> 6)), static_cast<char>(0x80 | (point & 63))};
}

nlohmann::json vocabulary() {
  nlohmann::json json;
  for (int byte = 0; byte < 256; ++byte) json[spelling(byte)] = byte;
  json["ab"] = 256;
  json["abc"] = 257;
  return json;
}

nlohmann::json added_tokens() {
  nlohmann::json json;
  int id = 50257;
  for (const char* name : {"endoftext", "startoftranscript", "en", "de", "translate", "transcribe", "startoflm",
                           "startofprev", "nospeech", "notimestamps"})
    json[fmt::format("<|{}|>", name)] = id++;
  return json;
}

std::string tokenizer_json_seed() {
  nlohmann::json added = nlohmann::json::array();
  const nlohmann::json tokens = added_tokens();
  for (const auto& [content, id] : tokens.items()) added.push_back({{"content", content}, {"id", id}});
  return nlohmann::json{{"added_tokens", added},
                        {"model", {{"vocab", vocabulary()}, {"merges", {"a b", {"ab", "c"}}}}}}
      .dump();
}

void use(const WhisperTokenizer& tokenizer) {
  std::vector<int> ids(600);
  std::iota(ids.begin(), ids.end(), -20);
  ids.push_back(50258);
  tokenizer.decode(ids);
  tokenizer.decode(tokenizer.encode_with_special_tokens("abc ab<|en|>\xF0\x9F\x98\x82"));
}

/// One of the files that make a tokenizer folder is damaged.
ParserSeed tokenizer_seed(const std::string& name) {
  const std::vector<std::pair<std::string, std::string>> files = {{"vocab.json", vocabulary().dump()},
                                                                  {"merges.txt", "#version: 0.2\na b\nab c\n"},
                                                                  {"added_tokens.json", added_tokens().dump()}};
  ParserSeed seed{name, "", true, [files, name](const std::string& bytes, const std::filesystem::path& folder) {
                    for (const auto& [file, sound] : files)
                      put(folder / file, file == name ? bytes : sound);
                    use(WhisperTokenizer::load(folder, 51865));
                  }};
  for (const auto& [file, sound] : files)
    if (file == name) seed.bytes = sound;
  return seed;
}

}  // namespace

std::vector<ParserSeed> parser_seeds() {
  const auto path = std::filesystem::path("damaged");
  std::vector<ParserSeed> seeds = {tokenizer_seed("vocab.json"), tokenizer_seed("merges.txt"),
                                   tokenizer_seed("added_tokens.json")};
  seeds.push_back({"safetensors", safetensors_seed(), false,
                   [path](const std::string& bytes, const auto&) { parse_safetensors(bytes, path); }});
  seeds.push_back({"ggml", ggml_seed(), false, [](const std::string& bytes, const std::filesystem::path& folder) {
                     put(folder / "ggml.bin", bytes);
                     use(read_ggml_file(folder / "ggml.bin").tokenizer);
                   }});
  seeds.push_back({"tokenizer.json", tokenizer_json_seed(), true,
                   [](const std::string& bytes, const std::filesystem::path& folder) {
                     std::filesystem::remove(folder / "vocab.json");
                     put(folder / "tokenizer.json", bytes);
                     use(WhisperTokenizer::load(folder, 51865));
                   }});
  seeds.push_back({"srt", "1\n00:00:01,500 --> 00:00:04,000\n<i>Hello</i> &amp; {\\an8}good\n\n2\n01:00:05,000 --> 01:00:06,250\n12\n",
                   true, [path](const std::string& bytes, const auto&) { parse_subrip(bytes, path); }});
  seeds.push_back({"vtt",
                   "WEBVTT\nKind: captions\n\nNOTE nothing\n\n00:01.000 --> 00:02.000 align:start\nfirst<00:00:01.500><c>"
                   " words</c>\n\n00:02.000 --> 00:03.000\nfirst words\nmore\n",
                   true, [path](const std::string& bytes, const auto&) { parse_webvtt(bytes, path); }});
  seeds.push_back(
      {"json3",
       R"({"events": [{"tStartMs": 1000}, {"tStartMs": 1500, "dDurationMs": 500, "segs": [{"utf8": "a"}, {"utf8": " b"}]}]})",
       true, [path](const std::string& bytes, const auto&) { parse_json3(bytes, path); }});
  seeds.push_back(
      {"whisper.json", R"({"text": {"language": "en", "segments": [{"start": 0.5, "end": 2, "text": " Hi "}]}})", true,
       [path](const std::string& bytes, const auto&) { parse_whisper_json(bytes, path); }});
  return seeds;
}

MutationCounts parse_damaged_copies(const ParserSeed& seed, int copies, uint64_t random_seed,
                                    const std::filesystem::path& folder) {
  Random random(random_seed);
  MutationCounts counts;
  for (int copy = 0; copy < copies; ++copy) {
    const std::string bytes = seed.is_text ? mutated_text(seed.bytes, random) : mutated(seed.bytes, random);
    try {
      seed.parse(bytes, folder);
      ++counts.parsed;
    } catch (const Error& error) {
      const std::string message = error.what();
      if (message.empty() || message.find('\n') != message.npos)
        throw std::runtime_error(fmt::format("copy {} of {}: the message is \"{}\"", copy, seed.name, message));
      ++counts.refused;
    } catch (const std::exception& other) {
      throw std::runtime_error(fmt::format("copy {} of {}: {}", copy, seed.name, other.what()));
    }
  }
  return counts;
}

}  // namespace foreview::testing
