#include "text/text_ridge.h"

#include <algorithm>
#include <cmath>

#include "foreview/error.h"
#include "text/sparse_ridge.h"

namespace foreview {
namespace {

constexpr int json_version = 3;
// From strong to weak; rows have length 1 to 2.2.
constexpr double penalties[] = {100, 30, 10, 3, 1, 0.3};

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

}  // namespace

struct TextRidge::State {
  TextTerms terms;
  std::vector<double> weights;  // [terms]
  double mean = 0;
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
  state->terms = TextTerms::fit(documents);
  std::vector<SparseRow> rows;
  for (const TextDocument& document : documents) rows.push_back(state->terms.row(document));

  std::vector<Path> paths;
  for (int fold = 0; fold < folds; ++fold)
    paths.emplace_back(rows, rows_where(fold_of_row, fold, false), labels, state->terms.columns());
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
  Path whole(rows, rows_where(fold_of_row, -1, false), labels, state->terms.columns());
  if (best > 0) whole.fit(best);
  state->weights = whole.weights();
  state->weights.resize(state->terms.columns(), 0);
  state->mean = whole.mean();
  fitted.ridge.state_ = std::move(state);
  return fitted;
}

const TextTerms& TextRidge::terms() const { return state_->terms; }

double TextRidge::predict(const TextDocument& document) const {
  return state_->mean + dot(state_->terms.row(document), state_->weights);
}

nlohmann::json TextRidge::to_json() const {
  return {{"version", json_version},
          {"mean", state_->mean},
          {"terms", state_->terms.to_json()},
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
    state->terms = TextTerms::from_json(json.at("terms"), file);
  } catch (const nlohmann::json::exception& error) {
    damaged("values are missing or of the wrong type", "", error.what());
  }
  if (state->weights.size() != state->terms.columns())
    damaged("weights do not fit its terms", std::to_string(state->terms.columns()),
            std::to_string(state->weights.size()));
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::ranges::all_of(state->weights, finite) || !finite(state->mean)) damaged("numbers", "finite", "another");
  TextRidge ridge;
  ridge.state_ = std::move(state);
  return ridge;
}

}  // namespace foreview
