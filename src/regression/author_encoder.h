#pragma once

#include <vector>

#include "regression/author_history.h"
#include "regression/token_sequence.h"

namespace foreview {

/// The author token of author-aware models: shrunk mean of the author's training labels, number of them, what the
/// channel shows (logarithms) and its likes and followers a video.
class AuthorEncoder {
 public:
  static constexpr int dimension = 11;

  AuthorEncoder() = default;
  struct Fitted;
  /// Training rows are encoded out of fold: a video's own label is never in its author token, and the left-out ones
  /// cannot be read back from it.
  static Fitted fit(const std::vector<const VideoFeatures*>& videos, const std::vector<double>& labels, uint64_t seed);

  /// None when neither the author nor a number of the channel is known.
  std::vector<Token> encode(const VideoFeatures& video) const;
  bool knows(const std::string& author) const { return history_.knows(author); }

  nlohmann::json to_json() const { return history_.to_json(); }
  void store(const std::string& prefix, SafetensorsFile& into) const { scaler_.store(prefix, into); }
  static AuthorEncoder restore(const nlohmann::json& json, const std::string& prefix, const SafetensorsFile& from);

 private:
  AuthorHistory history_;
  VectorScaler scaler_;
};

/// What the channel shows, as logarithms, and its likes and followers a video; NaN where unknown.
std::vector<float> channel_numbers(const VideoFeatures& video);

struct AuthorEncoder::Fitted {
  AuthorEncoder encoder;
  std::vector<std::vector<Token>> training;  // [rows], none or one token
};

}  // namespace foreview
