#include "whisper/window_decoder.h"

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/text.h"
#include "core/utf8_text.h"
#include "foreview/error.h"
#include "whisper/logit_filters.h"
#include "whisper/token_search.h"

namespace foreview {
namespace {

class ModelLogits : public LogitSource {
 public:
  ModelLogits(const WhisperModel& model, const at::Tensor& audio) : model_(model), state_(model.start(audio)) {}

  /// From now on its steps are taken with others'.
  void join(SideBySide& others) { beside_.emplace(others); }

  int vocabulary() const override { return model_.config().vocabulary; }

  /// Logits after the last of `tokens`, with one row.
  std::vector<float> after(std::span<const int> tokens) {
    take(tokens);
    return {logits_.data_ptr<float>(), logits_.data_ptr<float>() + logits_.numel()};
  }

  std::span<float> step(std::span<const int64_t> from, std::span<const int> tokens) override {
    bool as_they_are = static_cast<int64_t>(from.size()) == state_.rows();
    for (size_t i = 0; i < from.size(); ++i) as_they_are = as_they_are && from[i] == static_cast<int64_t>(i);
    if (!as_they_are) model_.reorder(state_, from);
    take(tokens);
    return {logits_.data_ptr<float>(), static_cast<size_t>(logits_.numel())};
  }

 private:
  void take(std::span<const int> tokens) {
    logits_ = (beside_ ? beside_->step(state_, tokens) : model_.decode(state_, tokens)).contiguous();
  }

  const WhisperModel& model_;
  DecoderState state_;
  at::Tensor logits_;
  std::optional<SideBySide::Decoder> beside_;
};

double probability(std::span<const float> logits, int token) { return std::exp(logits[token] - log_sum_exp(logits)); }

std::vector<std::pair<std::string, double>> language_probabilities(const WhisperModel& model,
                                                                   std::span<const float> logits) {
  std::vector<float> only;
  std::vector<std::pair<std::string, double>> all;
  for (const auto& [code, id] : model.tokenizer().special().languages) only.push_back(logits[id]);
  const double total = log_sum_exp(only);
  for (const auto& [code, id] : model.tokenizer().special().languages)
    all.emplace_back(code, std::exp(logits[id] - total));
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return all;
}

int most_tokens(const WhisperModel& model, const DecodingOptions& options, size_t initial) {
  const int context = model.config().text_context;
  const int wanted = options.sample_len > 0 ? options.sample_len : context / 2;
  // The last token sampled needs no place in the context.
  return std::max(1, std::min(wanted, context - static_cast<int>(initial) + 1));
}

LogitFilter filter_for(const WhisperModel& model, const DecodingOptions& options) {
  const WhisperSpecialTokens& special = model.tokenizer().special();
  const int most_initial =
      options.max_initial_timestamp < 0 ? -1 : static_cast<int>(std::lround(options.max_initial_timestamp / 0.02));
  const TimestampRules rules{special.end_of_text, special.no_timestamps, special.timestamp_begin, most_initial};
  return [&model, options, rules](std::span<float> logits, std::span<const int> sampled) {
    if (options.suppress_blank) suppress_blank(logits, sampled, model.config().begin_suppress_tokens);
    if (options.suppress_tokens) suppress_tokens(logits, model.config().suppress_tokens);
    if (!options.without_timestamps) apply_timestamp_rules(logits, sampled, rules);
  };
}

}  // namespace

std::vector<std::pair<std::string, double>> detect_language(const WhisperModel& model, const at::Tensor& audio) {
  if (!model.tokenizer().is_multilingual()) return {};
  ModelLogits source(model, audio);
  const int start[] = {model.tokenizer().special().start_of_transcript};
  return language_probabilities(model, source.after(start));
}

std::vector<int> initial_tokens(const WhisperModel& model, const DecodingOptions& options,
                                const std::string& language) {
  const WhisperTokenizer& tokenizer = model.tokenizer();
  const WhisperSpecialTokens& special = tokenizer.special();
  if (options.task != "transcribe" && options.task != "translate")
    throw Error({.problem = "no such task", .expected = "transcribe or translate", .got = options.task},
                ErrorKind::usage);
  std::vector<int> tokens = {special.start_of_transcript};
  if (tokenizer.is_multilingual()) {
    const auto found = special.languages.find(language);
    if (found == special.languages.end()) {
      std::vector<std::string> known;
      for (const auto& [code, id] : special.languages) known.push_back(code);
      throw Error({.problem = fmt::format("the model does not know the language \"{}\"", clean_utf8(language)),
                   .advice = "nearest: " + join(nearest_names(language, known), ", ")},
                  ErrorKind::usage);
    }
    tokens.push_back(found->second);
    tokens.push_back(options.task == "translate" ? special.translate : special.transcribe);
  }
  if (options.without_timestamps) tokens.push_back(special.no_timestamps);
  const auto half = static_cast<size_t>(model.config().text_context / 2);
  size_t prefix_room = half;
  if (options.sample_len > 0) prefix_room -= std::min(half, static_cast<size_t>(options.sample_len));
  const size_t prefix = std::min(options.prefix.size(), prefix_room);
  tokens.insert(tokens.end(), options.prefix.end() - static_cast<std::ptrdiff_t>(prefix), options.prefix.end());
  if (!options.prompt.empty()) {
    std::vector<int> with_prompt = {special.start_of_prev};
    const size_t kept = std::min(options.prompt.size(), half - 1);
    with_prompt.insert(with_prompt.end(), options.prompt.end() - static_cast<std::ptrdiff_t>(kept),
                       options.prompt.end());
    tokens.insert(tokens.begin(), with_prompt.begin(), with_prompt.end());
  }
  return tokens;
}

double compression_ratio(const std::string& text) {
  if (text.empty()) return 1;
  std::vector<Bytef> compressed(compressBound(text.size()));
  uLongf size = compressed.size();
  if (compress(compressed.data(), &size, reinterpret_cast<const Bytef*>(text.data()), text.size()) != Z_OK) return 1;
  return static_cast<double>(text.size()) / static_cast<double>(size);
}

DecodingResult decode_window(const WhisperModel& model, const at::Tensor& audio, const DecodingOptions& options,
                             SideBySide* beside) {
  DecodingResult result{.language = options.language, .temperature = options.temperature};
  ModelLogits source(model, audio);
  std::vector<float> logits;
  if (!model.tokenizer().is_multilingual()) {
    result.language.clear();
  } else if (result.language.empty()) {
    std::vector<std::pair<std::string, double>> languages;
    if (options.prompt.empty()) {  // the window itself begins with the token after which languages stand
      logits = source.after(std::array{model.tokenizer().special().start_of_transcript});
      languages = language_probabilities(model, logits);
    } else {
      languages = detect_language(model, audio);
    }
    result.language = languages.front().first;
    result.language_probability = languages.front().second;
  }
  const WhisperSpecialTokens& special = model.tokenizer().special();
  const std::vector<int> initial = initial_tokens(model, options, result.language);
  const auto after_start =
      static_cast<size_t>(std::find(initial.begin(), initial.end(), special.start_of_transcript) - initial.begin() + 1);
  if (logits.empty()) logits = source.after(std::span(initial).first(after_start));
  result.no_speech_prob = probability(logits, special.no_speech);
  if (after_start < initial.size()) logits = source.after(std::span(initial).subspan(after_start));
  if (beside) source.join(*beside);

  const bool beam = options.beam_size > 1 && options.temperature == 0;
  const SearchOptions search{.end_of_text = special.end_of_text,
                             .most_tokens = most_tokens(model, options, initial.size()),
                             .temperature = options.temperature,
                             .rows = beam ? options.beam_size : std::max(1, options.best_of),
                             .beam = beam,
                             .patience = options.patience,
                             .length_penalty = options.length_penalty};
  Random random(options.seed);
  const LogitFilter filter = filter_for(model, options);
  SearchResult found =
      beam ? beam_search(source, logits, search, filter) : sample_tokens(source, logits, search, filter, random);
  result.tokens = std::move(found.tokens);
  result.token_logprobs = std::move(found.token_logprobs);
  result.text = strip_white_space(model.tokenizer().decode(result.tokens));
  result.avg_logprob = found.sum_logprob / (static_cast<double>(result.tokens.size()) + 1);
  result.compression_ratio = compression_ratio(result.text);
  return result;
}

}  // namespace foreview
