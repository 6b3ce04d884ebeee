#include "bert/wordpiece.h"

#include <algorithm>
#include <string_view>

#include "core/files.h"
#include "core/json.h"
#include "core/utf8_text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr size_t most_vocabulary_bytes = size_t{64} << 20;

WordPieceVocabulary read_lines(const std::filesystem::path& file) {
  WordPieceVocabulary vocabulary{.ids = {}, .size = 0, .file = file};
  const std::string text = read_file(file, most_vocabulary_bytes);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    vocabulary.ids[std::string(line)] = static_cast<int>(vocabulary.size++);
    at = end + 1;
  }
  return vocabulary;
}

WordPieceVocabulary read_tokenizer_json(const std::filesystem::path& file) {
  const nlohmann::json json = parse_json(read_file(file, most_vocabulary_bytes), file);
  const auto refuse = [&](const std::string& got) {
    throw Error({.file = file.string(),
                 .problem = "this is no WordPiece tokenizer",
                 .expected = "a \"model\" of type WordPiece with a \"vocab\" of tokens and ids",
                 .got = got,
                 .advice = "--text-model takes models of the BERT family"});
  };
  if (!json.is_object() || !json.contains("model") || !json["model"].is_object()) refuse("something else");
  const nlohmann::json& model = json["model"];
  if (model.value("type", nlohmann::json("WordPiece")) != "WordPiece") refuse(dump_json(model["type"]).substr(0, 60));
  if (!model.contains("vocab") || !model["vocab"].is_object()) refuse("no vocabulary");
  WordPieceVocabulary vocabulary{.ids = {}, .size = model["vocab"].size(), .file = file};
  for (const auto& [token, id] : model["vocab"].items()) {
    if (!id.is_number_integer() || id < 0 || id >= static_cast<int64_t>(vocabulary.size))
      refuse("id " + dump_json(id).substr(0, 60));
    vocabulary.ids[token] = id.get<int>();
  }
  return vocabulary;
}

}  // namespace

WordPieceVocabulary read_wordpiece_vocabulary(const std::filesystem::path& folder) {
  if (std::filesystem::exists(folder / "vocab.txt")) return read_lines(folder / "vocab.txt");
  if (std::filesystem::exists(folder / "tokenizer.json")) return read_tokenizer_json(folder / "tokenizer.json");
  throw Error({.file = folder.string(),
               .problem = "the text model has no vocabulary",
               .expected = "vocab.txt or tokenizer.json",
               .got = "neither",
               .advice = "copy all files of the model, not its weights alone"});
}

WordPieceTokenizer::WordPieceTokenizer(WordPieceVocabulary vocabulary, WordPieceOptions options)
    : vocabulary_(std::move(vocabulary)), options_(std::move(options)) {
  const auto id_of = [&](const std::string& token) {
    const auto found = vocabulary_.ids.find(token);
    if (found == vocabulary_.ids.end())
      throw Error({.file = vocabulary_.file.string(),
                   .problem = "the vocabulary lacks a special token",
                   .expected = token,
                   .got = std::to_string(vocabulary_.size) + " tokens without it",
                   .advice = "use the tokenizer files that came with the model"});
    return found->second;
  };
  unknown_ = id_of(options_.unknown);
  classify_ = id_of(options_.classify);
  separate_ = id_of(options_.separate);
  pad_ = id_of(options_.pad);
}

void WordPieceTokenizer::add_pieces(const std::u32string& word, std::vector<int>& ids) const {
  if (word.size() > options_.most_word_characters) {
    ids.push_back(unknown_);
    return;
  }
  std::string bytes;
  std::vector<size_t> starts;  // of each code point, and the end
  for (const char32_t value : word) {
    starts.push_back(bytes.size());
    bytes += utf8_of(value);
  }
  starts.push_back(bytes.size());
  const size_t before = ids.size();
  for (size_t from = 0; from < word.size();) {
    size_t to = word.size();
    for (; to > from; --to) {
      const std::string piece = (from > 0 ? "##" : "") + bytes.substr(starts[from], starts[to] - starts[from]);
      const auto found = vocabulary_.ids.find(piece);
      if (found == vocabulary_.ids.end()) continue;
      ids.push_back(found->second);
      break;
    }
    if (to == from) {  // one unknown piece makes the whole word unknown
      ids.resize(before);
      ids.push_back(unknown_);
      return;
    }
    from = to;
  }
}

std::vector<int> WordPieceTokenizer::encode(const std::string& text, size_t most) const {
  std::vector<int> ids = {classify_};
  for (const std::u32string& word : words_before_pieces(text, options_)) {
    add_pieces(word, ids);
    if (ids.size() + 1 >= most) break;
  }
  ids.resize(std::min(ids.size(), most - 1));
  ids.push_back(separate_);
  return ids;
}

}  // namespace foreview
