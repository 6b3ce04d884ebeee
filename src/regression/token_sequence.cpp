#include "regression/token_sequence.h"

#include <fmt/format.h>

#include <algorithm>

#include "foreview/error.h"
#include "regression/stored_values.h"

namespace foreview {
namespace {

constexpr std::array<const char*, token_kinds> kind_names = {
    "visual", "measures", "audio", "sound", "transcript", "speech", "caption", "metadata", "text_score", "author"};
// Axes kept of an autoencoder's embedding: with some hundreds of videos more of them are noise to a regressor.
constexpr int visual_axes = 64;

size_t index_of(TokenKind kind) { return static_cast<size_t>(kind); }

void check_vectors(const VideoFeatures& video, const TimedVectors& vectors, const char* what) {
  if (vectors.dimension < 0 || vectors.values.size() != vectors.count() * static_cast<size_t>(vectors.dimension))
    throw Error(
        {.file = video.id,
         .problem = fmt::format("its {} vectors are damaged", what),
         .expected = fmt::format("{} values", vectors.count() * static_cast<size_t>(std::max(0, vectors.dimension))),
         .got = std::to_string(vectors.values.size()),
         .advice = "make its features anew"});
}

void check_size(const VideoFeatures& video, const char* what, size_t got, size_t expected) {
  if (got == expected) return;
  throw Error({.file = video.id,
               .problem = fmt::format("its {} vectors have another size than the model's", what),
               .expected = std::to_string(expected),
               .got = std::to_string(got),
               .advice = "take its features with the model's own encoder and settings"});
}

Matrix rows_of(const std::vector<std::vector<float>>& vectors) {
  Matrix rows(vectors.size(), vectors.empty() ? 0 : vectors[0].size());
  for (size_t r = 0; r < rows.rows; ++r) std::ranges::copy(vectors[r], rows.row(r).begin());
  return rows;
}

// One vector a video that has any; the first one's size is the size of all.
Matrix number_rows(const std::vector<const VideoFeatures*>& videos, std::vector<float> VideoFeatures::*member,
                   const char* what) {
  std::vector<std::vector<float>> rows;
  for (const VideoFeatures* video : videos) {
    const std::vector<float>& numbers = video->*member;
    if (numbers.empty()) continue;
    if (!rows.empty()) check_size(*video, what, numbers.size(), rows[0].size());
    rows.push_back(numbers);
  }
  return rows_of(rows);
}

// All vectors of one kind; the first video's size is the size of all.
Matrix timed_rows(const std::vector<const VideoFeatures*>& videos, TimedVectors VideoFeatures::*member,
                  const char* what) {
  std::vector<std::vector<float>> rows;
  for (const VideoFeatures* video : videos) {
    const TimedVectors& vectors = video->*member;
    check_vectors(*video, vectors, what);
    for (size_t i = 0; i < vectors.count(); ++i) {
      const auto row = vectors.row(i);
      if (!rows.empty()) check_size(*video, what, row.size(), rows[0].size());
      rows.emplace_back(row.begin(), row.end());
    }
  }
  return rows_of(rows);
}

TextVectorizer fit_text(const std::vector<std::string>& texts, int dimension) {
  if (std::ranges::all_of(texts, [](const std::string& text) { return words_of(text).empty(); })) return {};
  TextVectorizer::Options options{.dimension = dimension};
  if (texts.size() < 10) options.min_documents = 1;
  return TextVectorizer::fit(texts, options);
}

VectorScaler fit_text_scaler(const TextVectorizer& text, const std::vector<std::string>& texts) {
  if (text.dimension() == 0) return {};
  std::vector<std::vector<float>> rows;
  for (const auto& one : texts) rows.push_back(text.transform(one));
  return VectorScaler::fit(rows_of(rows), {.standardise = false});
}

void append_timed(const VideoFeatures& video, const TimedVectors& vectors, TokenKind kind, const VectorScaler& scaler,
                  TokenSequence& tokens) {
  check_vectors(video, vectors, kind_names[index_of(kind)]);
  if (scaler.dimension() == 0) return;
  const size_t count = std::min(vectors.count(), most_tokens_of_kind);
  for (size_t i = 0; i < count; ++i) {
    const size_t source = i * vectors.count() / count;
    check_size(video, kind_names[index_of(kind)], vectors.row(source).size(), scaler.input_dimension());
    tokens.push_back({kind, scaler.transform(vectors.row(source)), vectors.spans[source][0], vectors.spans[source][1]});
  }
}

}  // namespace

std::string name_of(TokenKind kind) { return kind_names[index_of(kind)]; }

TokenSpace TokenSpace::fit(const std::vector<const VideoFeatures*>& training, int text_dimension) {
  TokenSpace space;
  auto& scalers = space.scalers_;
  std::vector<std::string> transcripts, captions;
  for (const VideoFeatures* video : training) {
    if (video->transcript) transcripts.push_back(video->transcript->text());
    if (video->caption) captions.push_back(*video->caption);
  }
  scalers[index_of(TokenKind::visual)] = VectorScaler::fit(timed_rows(training, &VideoFeatures::visual, "visual"),
                                                           {.standardise = true, .most_axes = visual_axes});
  scalers[index_of(TokenKind::audio)] =
      VectorScaler::fit(timed_rows(training, &VideoFeatures::audio, "audio"), {.standardise = true});
  const auto fit_words = [&](TokenKind kind, TimedVectors VideoFeatures::*vectors, TextVectorizer& text,
                             const std::vector<std::string>& texts) {
    const Matrix rows = timed_rows(training, vectors, kind_names[index_of(kind)]);
    if (rows.rows > 0) {  // a text model's vectors stand for the words
      scalers[index_of(kind)] = VectorScaler::fit(rows, {.standardise = true, .most_axes = text_dimension});
      return;
    }
    text = fit_text(texts, text_dimension);
    scalers[index_of(kind)] = fit_text_scaler(text, texts);
  };
  fit_words(TokenKind::transcript, &VideoFeatures::spoken_vectors, space.transcript_text_, transcripts);
  fit_words(TokenKind::caption, &VideoFeatures::caption_vectors, space.caption_text_, captions);
  scalers[index_of(TokenKind::measures)] =
      VectorScaler::fit(number_rows(training, &VideoFeatures::measures, "measures"), {.standardise = true});
  scalers[index_of(TokenKind::sound)] =
      VectorScaler::fit(number_rows(training, &VideoFeatures::sound, "sound"), {.standardise = true});
  scalers[index_of(TokenKind::speech)] =
      VectorScaler::fit(number_rows(training, &VideoFeatures::speech, "speech"), {.standardise = true});
  scalers[index_of(TokenKind::metadata)] =
      VectorScaler::fit(number_rows(training, &VideoFeatures::metadata, "metadata"), {.standardise = true});
  return space;
}

TokenSequence TokenSpace::tokens(const VideoFeatures& video) const {
  TokenSequence tokens;
  append_timed(video, video.visual, TokenKind::visual, scalers_[index_of(TokenKind::visual)], tokens);
  append_timed(video, video.audio, TokenKind::audio, scalers_[index_of(TokenKind::audio)], tokens);
  double end = 0;
  for (const Token& token : tokens) end = std::max(end, token.end);
  const auto append = [&](TokenKind kind, const std::vector<float>& vector, double from, double to) {
    tokens.push_back({kind, scalers_[index_of(kind)].transform(vector), from, to});
  };
  const auto append_numbers = [&](TokenKind kind, const std::vector<float>& numbers) {
    const VectorScaler& scaler = scalers_[index_of(kind)];
    if (numbers.empty() || scaler.dimension() == 0) return;
    check_size(video, kind_names[index_of(kind)], numbers.size(), scaler.input_dimension());
    append(kind, numbers, 0, end);
  };
  append_numbers(TokenKind::measures, video.measures);
  append_numbers(TokenKind::sound, video.sound);
  if (video.transcript && transcript_text_.dimension() > 0) {
    const auto& segments = video.transcript->segments;
    append(TokenKind::transcript, transcript_text_.transform(video.transcript->text()),
           segments.empty() ? 0 : segments.front().start, segments.empty() ? end : segments.back().end);
  }
  append_numbers(TokenKind::speech, video.speech);
  if (transcript_text_.dimension() == 0)
    append_timed(video, video.spoken_vectors, TokenKind::transcript, scalers_[index_of(TokenKind::transcript)], tokens);
  if (caption_text_.dimension() == 0)
    append_timed(video, video.caption_vectors, TokenKind::caption, scalers_[index_of(TokenKind::caption)], tokens);
  if (video.caption && caption_text_.dimension() > 0)
    append(TokenKind::caption, caption_text_.transform(*video.caption), 0, end);
  append_numbers(TokenKind::metadata, video.metadata);
  return tokens;
}

std::array<int, token_kinds> TokenSpace::dimensions() const {
  std::array<int, token_kinds> sizes{};
  for (size_t k = 0; k < sizes.size(); ++k) sizes[k] = static_cast<int>(scalers_[k].dimension());
  return sizes;
}

nlohmann::json TokenSpace::text_to_json() const {
  return {{"transcript", transcript_text_.to_json()}, {"caption", caption_text_.to_json()}};
}

void TokenSpace::store(SafetensorsFile& into) const {
  for (size_t k = 0; k < scalers_.size(); ++k) scalers_[k].store(fmt::format("tokens.{}.", kind_names[k]), into);
}

TokenSpace TokenSpace::restore(const nlohmann::json& text, const std::string& text_file, const SafetensorsFile& from) {
  TokenSpace space;
  if (!text.is_object() || !text.contains("transcript") || !text.contains("caption"))
    throw Error({.file = text_file,
                 .problem = "it holds no text spaces",
                 .expected = "transcript and caption",
                 .got = "",
                 .advice = "copy the model folder anew or train again"});
  space.transcript_text_ = TextVectorizer::from_json(text.at("transcript"), text_file);
  space.caption_text_ = TextVectorizer::from_json(text.at("caption"), text_file);
  for (size_t k = 0; k < space.scalers_.size(); ++k)
    space.scalers_[k] = VectorScaler::restore(fmt::format("tokens.{}.", kind_names[k]), from);
  const auto& scalers = space.scalers_;
  const auto require_text = [&](const char* name, TokenKind kind, const TextVectorizer& words) {
    if (words.dimension() > 0)  // else the vectors come from a text model, or there are none
      require_size(name, scalers[index_of(kind)].input_dimension(), static_cast<size_t>(words.dimension()), from);
  };
  require_text("tokens.transcript.mean", TokenKind::transcript, space.transcript_text_);
  require_text("tokens.caption.mean", TokenKind::caption, space.caption_text_);
  return space;
}

}  // namespace foreview
