#include "text/text_ridge.h"

#include <algorithm>
#include <cmath>

#include "foreview/error.h"
#include "text/sparse_ridge.h"
#include "text/vocabulary.h"

namespace foreview {
namespace {

constexpr int json_version = 1;
constexpr int most_word_terms = 30000, most_pieces = 60000;
// From strong to weak; rows have length 1 to 1.4.
constexpr double penalties[] = {100, 30, 10, 3, 1, 0.3};

std::vector<std::string> word_terms(const TextDocument& document) {
  std::vector<std::string> terms = terms_of(document.text, true);
  // No word holds a tab, so a fact is never taken for one.
  for (const std::string& fact : document.facts) terms.push_back("\t" + fact);
  return terms;
}

double mean_of(const std::vector<double>& values, const std::vector<size_t>& rows) {
  double sum = 0;
  for (const size_t row : rows) sum += values[row];
  return rows.empty() ? 0 : sum / static_cast<double>(rows.size());
}

double squared_error(const std::vector<double>& predictions, const std::vector<double>& labels) {
  double sum = 0;
  for (size_t i = 0; i < labels.size(); ++i) sum += (predictions[i] - labels[i]) * (predictions[i] - labels[i]);
  return sum;
}

Vocabulary vocabulary_of(const std::vector<std::vector<std::string>>& documents, int most_terms) {
  return fit_vocabulary(documents, {.min_documents = documents.size() < 10 ? 1 : 2, .most_words = most_terms});
}

}  // namespace

struct TextRidge::State {
  Vocabulary words, pieces;
  std::vector<double> weights;  // [words, then pieces]
  double mean = 0;

  SparseRow row(const TextDocument& document) const {
    SparseRow row = words.weigh_terms(word_terms(document));
    for (const auto& [index, weight] : pieces.weigh_terms(pieces_of(document.text)))
      row.emplace_back(index + static_cast<int>(words.terms.size()), weight);
    return row;
  }
  size_t columns() const { return words.terms.size() + pieces.terms.size(); }
};

namespace {

/// Fits of one set of rows for one penalty after the other.
class Path {
 public:
  Path(const std::vector<SparseRow>& rows, std::vector<size_t> chosen, const std::vector<double>& labels,
       size_t columns)
      : rows_(rows), chosen_(std::move(chosen)), labels_(labels), columns_(columns), mean_(mean_of(labels, chosen_)) {
    for (double& label : labels_) label -= mean_;
  }
  void fit(double penalty) { weights_ = sparse_ridge(rows_, chosen_, labels_, columns_, penalty, std::move(weights_)); }
  double predict(const SparseRow& row) const { return mean_ + (weights_.empty() ? 0 : dot(row, weights_)); }
  double mean() const { return mean_; }
  const std::vector<double>& weights() const { return weights_; }

 private:
  const std::vector<SparseRow>& rows_;
  std::vector<size_t> chosen_;
  std::vector<double> labels_;
  size_t columns_;
  double mean_;
  std::vector<double> weights_;
};

std::vector<size_t> rows_where(const std::vector<int>& fold_of_row, int fold, bool inside) {
  std::vector<size_t> rows;
  for (size_t row = 0; row < fold_of_row.size(); ++row)
    if ((fold_of_row[row] == fold) == inside) rows.push_back(row);
  return rows;
}

}  // namespace

TextRidge::TextRidge() : state_(std::make_shared<State>()) {}

TextRidge::Fitted TextRidge::fit(const std::vector<TextDocument>& documents, const std::vector<double>& labels,
                                 const std::vector<int>& fold_of_row, int folds) {
  auto state = std::make_shared<State>();
  std::vector<std::vector<std::string>> words, pieces;
  for (const TextDocument& document : documents) {
    words.push_back(word_terms(document));
    pieces.push_back(pieces_of(document.text));
  }
  state->words = vocabulary_of(words, most_word_terms);
  state->pieces = vocabulary_of(pieces, most_pieces);
  std::vector<SparseRow> rows;
  for (const TextDocument& document : documents) rows.push_back(state->row(document));

  std::vector<Path> paths;
  for (int fold = 0; fold < folds; ++fold)
    paths.emplace_back(rows, rows_where(fold_of_row, fold, false), labels, state->columns());
  const auto out_of_fold = [&] {
    std::vector<double> predictions;
    for (size_t row = 0; row < rows.size(); ++row) predictions.push_back(paths[fold_of_row[row]].predict(rows[row]));
    return predictions;
  };
  Fitted fitted{.ridge = {}, .out_of_fold = out_of_fold()};  // without weights: the mean
  double least = squared_error(fitted.out_of_fold, labels), best = 0;
  for (const double penalty : penalties) {
    for (Path& path : paths) path.fit(penalty);
    std::vector<double> predictions = out_of_fold();
    const double error = squared_error(predictions, labels);
    if (error >= least) continue;
    least = error;
    best = penalty;
    fitted.out_of_fold = std::move(predictions);
  }
  Path whole(rows, rows_where(fold_of_row, -1, false), labels, state->columns());
  if (best > 0) whole.fit(best);
  state->weights = whole.weights();
  state->weights.resize(state->columns(), 0);
  state->mean = whole.mean();
  fitted.ridge.state_ = std::move(state);
  return fitted;
}

double TextRidge::predict(const TextDocument& document) const {
  return state_->mean + dot(state_->row(document), state_->weights);
}

nlohmann::json TextRidge::to_json() const {
  return {{"version", json_version},
          {"mean", state_->mean},
          {"words", {{"terms", state_->words.terms}, {"idf", state_->words.idf}}},
          {"pieces", {{"terms", state_->pieces.terms}, {"idf", state_->pieces.idf}}},
          {"weights", state_->weights}};
}

TextRidge TextRidge::from_json(const nlohmann::json& json, const std::string& file) {
  const auto damaged = [&](const std::string& what, const std::string& expected, const std::string& got) {
    throw Error({.file = file, .problem = "the text ridge's " + what, .expected = expected, .got = got});
  };
  auto state = std::make_shared<State>();
  try {
    const int version = json.at("version").get<int>();
    if (version != json_version)
      damaged("version is not known here", std::to_string(json_version), std::to_string(version));
    state->mean = json.at("mean").get<double>();
    state->weights = json.at("weights").get<std::vector<double>>();
    for (const auto& [name, vocabulary] : {std::pair{"words", &state->words}, {"pieces", &state->pieces}}) {
      vocabulary->terms = json.at(name).at("terms").get<std::vector<std::string>>();
      vocabulary->idf = json.at(name).at("idf").get<std::vector<double>>();
      if (vocabulary->idf.size() != vocabulary->terms.size() || !vocabulary->make_index())
        damaged("vocabulary is damaged", "different terms, each with a weight", std::string(name));
    }
  } catch (const nlohmann::json::exception& error) {
    damaged("values are missing or of the wrong type", "", error.what());
  }
  if (state->weights.size() != state->columns())
    damaged("weights do not fit its terms", std::to_string(state->columns()), std::to_string(state->weights.size()));
  const auto finite = [](double value) { return std::isfinite(value); };
  for (const std::vector<double>* values : {&state->weights, &state->words.idf, &state->pieces.idf})
    if (!std::ranges::all_of(*values, finite) || !finite(state->mean)) damaged("numbers", "finite", "another");
  TextRidge ridge;
  ridge.state_ = std::move(state);
  return ridge;
}

}  // namespace foreview
