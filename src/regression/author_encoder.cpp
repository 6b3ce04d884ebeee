#include "regression/author_encoder.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "regression/folds.h"
#include "regression/stored_values.h"

namespace foreview {
namespace {

bool has_author(const VideoFeatures& video) { return !video.author.empty() || !video.author_numbers.empty(); }

std::vector<float> raw_vector(const VideoFeatures& video, const AuthorHistory& history) {
  std::vector<float> vector = {static_cast<float>(history.mean_of(video.author)),
                               static_cast<float>(std::log1p(history.count_of(video.author)))};
  std::ranges::copy(channel_numbers(video), std::back_inserter(vector));
  return vector;
}

template <class T>
std::vector<T> taken(const std::vector<T>& values, const std::vector<size_t>& rows) {
  std::vector<T> result;
  for (size_t row : rows) result.push_back(values[row]);
  return result;
}

}  // namespace

std::vector<float> channel_numbers(const VideoFeatures& video) {
  std::vector<float> vector;
  constexpr size_t numbers = AuthorEncoder::dimension - 5;
  for (size_t i = 0; i < numbers; ++i) {
    const double number = i < video.author_numbers.size() ? video.author_numbers[i] : -1;
    const bool usable = std::isfinite(number) && number >= 0;
    vector.push_back(usable ? static_cast<float>(std::log1p(number)) : std::numeric_limits<float>::quiet_NaN());
  }
  const float followers = vector[0], likes = vector[1], videos = vector[2];  // see author_number_names()
  for (const float ratio : {likes - videos, followers - videos, likes - followers}) vector.push_back(ratio);
  return vector;
}

AuthorEncoder::Fitted AuthorEncoder::fit(const std::vector<const VideoFeatures*>& videos,
                                         const std::vector<double>& labels, uint64_t seed) {
  std::vector<std::string> authors;
  for (const VideoFeatures* video : videos) authors.push_back(video->author);
  const Folds folds = make_row_folds(videos.size(), 10, seed);
  Matrix raw(videos.size(), dimension);
  for (int fold = 0; fold < folds.count; ++fold) {
    const auto others = folds.outside(fold);
    const AuthorHistory history = AuthorHistory::fit(taken(authors, others), taken(labels, others));
    for (size_t row : folds.inside(fold)) std::ranges::copy(raw_vector(*videos[row], history), raw.row(row).begin());
  }
  Fitted fitted;
  fitted.encoder.history_ = AuthorHistory::fit(authors, labels);
  fitted.encoder.scaler_ = VectorScaler::fit(raw, {.standardise = true});
  for (size_t row = 0; row < videos.size(); ++row) {
    const std::vector<float> vector(raw.row(row).begin(), raw.row(row).end());
    fitted.training.emplace_back();
    if (has_author(*videos[row]))
      fitted.training.back().push_back({TokenKind::author, fitted.encoder.scaler_.transform(vector), 0, 0});
  }
  return fitted;
}

std::vector<Token> AuthorEncoder::encode(const VideoFeatures& video) const {
  if (!has_author(video)) return {};
  return {{TokenKind::author, scaler_.transform(raw_vector(video, history_)), 0, 0}};
}

AuthorEncoder AuthorEncoder::restore(const nlohmann::json& json, const std::string& prefix,
                                     const SafetensorsFile& from) {
  AuthorEncoder encoder;
  encoder.history_ = AuthorHistory::from_json(json);
  encoder.scaler_ = VectorScaler::restore(prefix, from);
  require_size(prefix + "mean", encoder.scaler_.dimension(), dimension, from);
  return encoder;
}

}  // namespace foreview
