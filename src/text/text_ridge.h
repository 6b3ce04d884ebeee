#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

// Torch-free facade.
namespace foreview {

/// What is written about one video: a text, and facts that are taken whole ("language=en").
struct TextDocument {
  std::string text;
  std::vector<std::string> facts;

  bool empty() const { return text.empty() && facts.empty(); }
};

/// Linear regression with an L2 penalty on TF-IDF of words, word pairs and facts, and on TF-IDF of the 3 to 5
/// characters long pieces of words, so that spellings and languages without blanks count too. Solved by conjugate
/// gradients (Hestenes and Stiefel 1952).
class TextRidge {
 public:
  struct Fitted;
  TextRidge();  ///< unfitted: predicts 0
  /// `fold_of_row` [rows] in 0 .. `folds`-1; the penalty with the least error on left-out folds wins, "predict the
  /// mean" among them.
  static Fitted fit(const std::vector<TextDocument>& documents, const std::vector<double>& labels,
                    const std::vector<int>& fold_of_row, int folds);

  /// On the labels' scale; their mean for a document without known terms.
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
