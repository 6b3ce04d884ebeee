#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "features/video_features.h"
#include "regression/vector_scaler.h"
#include "text/text_vectorizer.h"

namespace foreview {

/// What a token tells about. The last two are fitted to labels, each track for itself: what words and facts let expect
/// (text_score.h), and the author, of whom author-free models have none.
enum class TokenKind { visual, measures, audio, sound, transcript, speech, caption, metadata, text_score, author };
inline constexpr int token_kinds = 10;
std::string name_of(TokenKind kind);

/// One embedding vector, ready for a regressor, with its kind and the seconds it covers.
struct Token {
  TokenKind kind = TokenKind::visual;
  std::vector<float> vector;  // [TokenSpace::dimension(kind)]
  double start = 0, end = 0;  // seconds
};
using TokenSequence = std::vector<Token>;

/// Turns a video's features into its tokens: one a visual clip, one for what formulas measure on the frames, one an
/// audio segment, one for what formulas measure on the whole sound, one for the transcript, its numbers, the caption and
/// the metadata; with a text model one a spoken passage. What is missing has no token. Scalers and text spaces are
/// fitted on training rows alone.
class TokenSpace {
 public:
  TokenSpace() = default;
  static TokenSpace fit(const std::vector<const VideoFeatures*>& training, int text_dimension);

  /// Throws Error when the video's vectors have another size than those of the training rows.
  TokenSequence tokens(const VideoFeatures& video) const;
  /// Sizes of all kinds but those fitted to labels; 0 for kinds without a training row.
  std::array<int, token_kinds> dimensions() const;

  nlohmann::json text_to_json() const;
  void store(SafetensorsFile& into) const;
  static TokenSpace restore(const nlohmann::json& text, const std::string& text_file, const SafetensorsFile& from);

 private:
  TextVectorizer transcript_text_, caption_text_;
  std::array<VectorScaler, token_kinds> scalers_;
};

/// Of a very long video only this many clips or segments are used, evenly spread.
inline constexpr size_t most_tokens_of_kind = 48;

}  // namespace foreview
