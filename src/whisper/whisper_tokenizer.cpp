#include "whisper/whisper_tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/text.h"
#include "core/utf8_text.h"
#include "foreview/error.h"
#include "whisper/byte_pair_encoding.h"
#include "whisper/tokenizer_files.h"

namespace foreview {
namespace {

constexpr double seconds_a_timestamp = 0.02;

// The order in which Whisper's training listed them; ids follow <|startoftranscript|>.
constexpr std::string_view language_codes =
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml "
    "cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am "
    "yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue";

/// Special tokens of a vocabulary that names none (ggml): their places follow from its size.
std::map<std::string, int> special_tokens_by_place(int vocabulary) {
  const bool multilingual = vocabulary >= 51865;
  const int languages = vocabulary - 51765 - (multilingual ? 1 : 0);
  std::map<std::string, int> added;
  int next = multilingual ? 50257 : 50256;
  const auto add = [&](const std::string& name) { added["<|" + name + "|>"] = next++; };
  add("endoftext");
  add("startoftranscript");
  const std::vector<std::string> codes = split_text(language_codes, ' ');
  for (int i = 0; i < languages; ++i) add(i < static_cast<int>(codes.size()) ? codes[i] : fmt::format("lang{}", i));
  for (const char* name : {"translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"})
    add(name);
  return added;
}

bool looks_like_language(const std::string& name) {
  return name.size() >= 2 && name.size() <= 3 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

WhisperTokenizer::~WhisperTokenizer() = default;
WhisperTokenizer::WhisperTokenizer(WhisperTokenizer&&) noexcept = default;
WhisperTokenizer& WhisperTokenizer::operator=(WhisperTokenizer&&) noexcept = default;

WhisperTokenizer::WhisperTokenizer(std::unique_ptr<BytePairEncoding> encoding, const std::map<std::string, int>& added,
                                   int vocabulary, const std::filesystem::path& file)
    : encoding_(std::move(encoding)), vocabulary_(vocabulary) {
  for (const auto& [name, id] : added) {
    if (id < 0 || id >= vocabulary)
      throw Error({.file = file.string(),
                   .problem = fmt::format("token \"{}\" is outside the model's vocabulary", clean_utf8(name)),
                   .expected = fmt::format("an id below {}", vocabulary),
                   .got = std::to_string(id),
                   .advice = "use the tokenizer files that came with the model"});
    id_of_special_[name] = id;
    special_of_id_[id] = name;
  }
  const auto find = [&](std::initializer_list<const char*> names) {
    for (const char* name : names)
      if (const auto found = id_of_special_.find(name); found != id_of_special_.end()) return found->second;
    throw Error({.file = file.string(),
                 .problem = "a token that Whisper needs is missing",
                 .expected = *names.begin(),
                 .got = fmt::format("{} special tokens without it", id_of_special_.size()),
                 .advice = "use the tokenizer files that came with the model"});
  };
  special_.end_of_text = find({"<|endoftext|>"});
  special_.start_of_transcript = find({"<|startoftranscript|>"});
  special_.translate = find({"<|translate|>"});
  special_.transcribe = find({"<|transcribe|>"});
  special_.start_of_lm = find({"<|startoflm|>"});
  special_.start_of_prev = find({"<|startofprev|>"});
  special_.no_speech = find({"<|nospeech|>", "<|nocaptions|>"});
  // Hugging Face files call it <|nocaptions|>; both spellings are read, the reference's is written.
  special_of_id_[special_.no_speech] = "<|nospeech|>";
  id_of_special_["<|nospeech|>"] = id_of_special_["<|nocaptions|>"] = special_.no_speech;
  special_.no_timestamps = find({"<|notimestamps|>"});
  special_.timestamp_begin = special_.no_timestamps + 1;
  if (vocabulary <= special_.timestamp_begin)
    throw Error({.file = file.string(),
                 .problem = "the vocabulary has no timestamps",
                 .expected = fmt::format("more than {} tokens", special_.timestamp_begin),
                 .got = std::to_string(vocabulary),
                 .advice = "the tokenizer does not belong to this model"});
  if (vocabulary >= 51865)
    for (const auto& [name, id] : id_of_special_)
      if (id > special_.start_of_transcript && id < special_.translate && name.size() > 4 &&
          looks_like_language(name.substr(2, name.size() - 4)))
        special_.languages[name.substr(2, name.size() - 4)] = id;
}

WhisperTokenizer WhisperTokenizer::load(const std::filesystem::path& folder, int vocabulary) {
  TokenizerFiles files = read_tokenizer_files(folder);
  for (const auto& [name, id] : files.vocabulary)
    if (name.size() > 4 && name.starts_with("<|") && name.ends_with("|>")) files.added.emplace(name, id);
  // Timestamps are known by their place; some folders list them, older ones do not.
  std::erase_if(files.added, [](const auto& token) { return token.first.find_first_of("0123456789") == 2; });
  return WhisperTokenizer(std::make_unique<BytePairEncoding>(files.vocabulary, files.merges, files.file), files.added,
                          vocabulary, files.file);
}

WhisperTokenizer WhisperTokenizer::from_tokens(std::vector<std::string> tokens, int vocabulary,
                                               const std::filesystem::path& file) {
  const std::map<std::string, int> added = special_tokens_by_place(vocabulary);
  const auto first = static_cast<size_t>(added.at("<|endoftext|>"));
  if (tokens.size() < first)
    throw Error({.file = file.string(),
                 .problem = "the vocabulary is too small for this model",
                 .expected = fmt::format("{} tokens", first),
                 .got = std::to_string(tokens.size())});
  tokens.resize(first);
  return WhisperTokenizer(std::make_unique<BytePairEncoding>(std::move(tokens), file), added, vocabulary, file);
}

std::vector<int> WhisperTokenizer::encode(std::string_view text) const { return encoding_->encode(text); }

std::vector<int> WhisperTokenizer::encode_with_special_tokens(std::string_view text) const {
  std::vector<int> ids;
  const auto add_plain = [&](std::string_view part) {
    const std::vector<int> more = encode(part);
    ids.insert(ids.end(), more.begin(), more.end());
  };
  size_t plain = 0;
  for (size_t at = text.find("<|"); at != std::string_view::npos; at = text.find("<|", at)) {
    const size_t end = text.find("|>", at);
    if (end == std::string_view::npos) break;
    int id = -1;
    const std::string spelling(text.substr(at, end + 2 - at));
    if (const auto found = id_of_special_.find(spelling); found != id_of_special_.end()) id = found->second;
    for (int stamp = special_.timestamp_begin;
         id < 0 && stamp < vocabulary_ && spelling.size() > 6 && spelling[2] >= '0' && spelling[2] <= '9'; ++stamp)
      if (spelling_of(stamp) == spelling) id = stamp;
    if (id < 0) {
      at += 2;
      continue;
    }
    add_plain(text.substr(plain, at - plain));
    ids.push_back(id);
    at = plain = end + 2;
  }
  add_plain(text.substr(plain));
  return ids;
}

std::string WhisperTokenizer::spelling_of(int id) const {
  if (is_timestamp(id)) return fmt::format("<|{:.2f}|>", (id - special_.timestamp_begin) * seconds_a_timestamp);
  const auto found = special_of_id_.find(id);
  return found == special_of_id_.end() ? "" : found->second;
}

std::string WhisperTokenizer::raw_bytes(std::span<const int> ids) const {
  std::string bytes;
  for (const int id : ids) {
    const std::string special = spelling_of(id);
    bytes += special.empty() ? std::string(encoding_->bytes(id)) : special;
  }
  return bytes;
}

std::string WhisperTokenizer::decode(std::span<const int> ids) const {
  std::vector<int> kept;
  for (const int id : ids)
    if (!is_timestamp(id)) kept.push_back(id);
  return decode_with_timestamps(kept);
}

std::string WhisperTokenizer::decode_with_timestamps(std::span<const int> ids) const {
  return replace_invalid_utf8(raw_bytes(ids));
}

std::string WhisperTokenizer::language_of(int id) const {
  for (const auto& [code, token] : special_.languages)
    if (token == id) return code;
  return "";
}

// The reference's list, tokenizer.py: symbols that speech does not have, alone or after a space.
std::vector<int> WhisperTokenizer::non_speech_tokens() const {
  std::vector<std::string> symbols;
  for (const char c : std::string_view("\"#()*+/:;<=>@[\\]^_`{|}~")) symbols.emplace_back(1, c);
  for (const char* symbol : {"「", "」",  "『", "』", "<<",  ">>",  "<<<", ">>>", "--", "---", "-(", "-[",
                             "('", "(\"", "((", "))", "(((", ")))", "[[",  "]]",  "{{", "}}",  "♪♪", "♪♪♪"})
    symbols.emplace_back(symbol);
  const std::vector<std::string> musical = {"♩", "♪", "♫", "♬", "♭", "♮", "♯"};
  std::set<int> ids = {encode(" -").front(), encode(" '").front()};
  for (const auto* list : std::array{&std::as_const(symbols), &musical})
    for (const std::string& symbol : *list)
      for (const std::string& spelling : {symbol, " " + symbol}) {
        const std::vector<int> tokens = encode(spelling);
        if (tokens.size() == 1 || list == &musical) ids.insert(tokens.front());
      }
  return {ids.begin(), ids.end()};
}

}  // namespace foreview
