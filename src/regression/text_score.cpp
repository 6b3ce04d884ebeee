#include "regression/text_score.h"

#include <algorithm>

namespace foreview {
namespace {

TextDocument document_of(const VideoFeatures& video) {
  TextDocument document{.text = video.caption.value_or(""), .facts = video.facts};
  for (const std::string& tag : video.tags) document.tags += (document.tags.empty() ? "" : "\n") + tag;
  if (video.transcript) document.speech = video.transcript->text();
  return document;
}

std::vector<Token> token_of(double score) { return {{TokenKind::text_score, {static_cast<float>(score)}, 0, 0}}; }

}  // namespace

TextScore::Fitted TextScore::fit(const std::vector<const VideoFeatures*>& videos, const std::vector<double>& labels,
                                 const Folds& folds) {
  std::vector<TextDocument> documents;
  for (const VideoFeatures* video : videos) documents.push_back(document_of(*video));
  Fitted fitted{.score = {}, .training = std::vector<std::vector<Token>>(videos.size())};
  if (std::ranges::all_of(documents, &TextDocument::empty)) return fitted;
  auto ridge = TextRidge::fit(documents, labels, folds.of_row, folds.count);
  fitted.score.used_ = true;
  fitted.score.ridge_ = std::move(ridge.ridge);
  for (size_t row = 0; row < videos.size(); ++row)
    if (!documents[row].empty()) fitted.training[row] = token_of(ridge.out_of_fold[row]);
  return fitted;
}

std::vector<Token> TextScore::encode(const VideoFeatures& video) const {
  const TextDocument document = document_of(video);
  if (!used_ || document.empty()) return {};
  return token_of(ridge_.predict(document));
}

std::vector<size_t> TextScore::ends() const {
  const auto ends = ridge_.terms().ends();
  return {ends.begin(), ends.end() - TextTerms::pair_blocks};
}

SparseRow TextScore::row(const VideoFeatures& video) const {
  SparseRow row = ridge_.terms().row(document_of(video));
  const size_t end = ends().back();
  std::erase_if(row, [end](const auto& term) { return static_cast<size_t>(term.first) >= end; });
  return row;
}

nlohmann::json TextScore::to_json() const { return used_ ? ridge_.to_json() : nlohmann::json(); }

TextScore TextScore::from_json(const nlohmann::json& json, const std::string& file) {
  TextScore score;
  score.used_ = !json.is_null();
  if (score.used_) score.ridge_ = TextRidge::from_json(json, file);
  return score;
}

}  // namespace foreview
