#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "text/text_terms.h"

// Torch-free facade.
namespace foreview {

/// Linear regression with an L2 penalty on TF-IDF of words and their pairs, pieces of words and facts (text_terms.h).
/// Solved by conjugate gradients (Hestenes and Stiefel 1952).
class TextRidge {
 public:
  struct Fitted;
  TextRidge();  ///< unfitted: predicts 0
  /// `fold_of_row` [rows] in 0 .. `folds`-1; the penalty with the least error on left-out folds wins, "predict the
  /// mean" among them, and so does how much longer texts count for more (text_lengths.h).
  static Fitted fit(const std::vector<TextDocument>& documents, const std::vector<double>& labels,
                    const std::vector<int>& fold_of_row, int folds);

  const TextTerms& terms() const;
  /// On the labels' scale. A document without known terms is one in which none of them is said.
  double predict(const TextDocument& document) const;

  nlohmann::json to_json() const;
  /// Throws Error naming `file` when the sizes do not fit together.
  static TextRidge from_json(const nlohmann::json& json, const std::string& file);

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

struct TextRidge::Fitted {
  TextRidge ridge;
  std::vector<double> out_of_fold;  // [rows], predictions by models that did not see the row
};

}  // namespace foreview
