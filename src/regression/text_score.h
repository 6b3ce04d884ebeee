#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "regression/folds.h"
#include "regression/token_sequence.h"
#include "text/text_ridge.h"

namespace foreview {

/// What a video's words and facts alone let expect, as one token of one number: a text ridge's prediction. Its rare
/// words say more than the few axes of a text space can hold.
class TextScore {
 public:
  TextScore() = default;
  struct Fitted;
  /// Training rows get the prediction of a ridge that did not see their fold.
  static Fitted fit(const std::vector<const VideoFeatures*>& videos, const std::vector<double>& labels,
                    const Folds& folds);

  /// 0 when no training row had a word or a fact.
  int dimension() const { return used_ ? 1 : 0; }
  /// None when the video has neither words nor facts.
  std::vector<Token> encode(const VideoFeatures& video) const;
  /// One past the last column of each block that words, pieces and facts are counted in; pairs of words are not.
  std::vector<size_t> ends() const;
  /// Counted in these columns.
  SparseRow row(const VideoFeatures& video) const;

  nlohmann::json to_json() const;
  /// Throws Error naming `file`.
  static TextScore from_json(const nlohmann::json& json, const std::string& file);

 private:
  bool used_ = false;
  TextRidge ridge_;
};

struct TextScore::Fitted {
  TextScore score;
  std::vector<std::vector<Token>> training;  // [rows], none or one token
};

}  // namespace foreview
