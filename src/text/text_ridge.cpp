#include "text/text_ridge.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "foreview/error.h"
#include "text/sparse_ridge.h"
#include "text/text_lengths.h"

namespace foreview {
namespace {

constexpr int json_version = 4;
// From strong to weak; rows have length 1 to 2.2 where all texts are of one length.
constexpr double penalties[] = {100, 30, 10, 3, 1, 0.3};
constexpr double exponents[] = {0, 0.5, 1};  // of a text's length

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
  TextLengths lengths;
  double exponent = 0;
  std::vector<double> weights = {0};  // [columns()]
  double mean = 0;                    // of the labels

  size_t columns() const { return terms.columns() + 1; }
  /// With a last column for what is so whatever is written.
  SparseRow scaled(const SparseRow& counted) const {
    SparseRow row = lengths.scaled(counted, std::vector<double>(lengths.centres().size(), exponent));
    row.emplace_back(static_cast<int>(terms.columns()), 1.0);
    return row;
  }
};

namespace {

constexpr size_t own_blocks = TextTerms::blocks - TextTerms::pair_blocks;

/// Pairs are measured together with their words.
std::vector<size_t> groups_of_blocks() {
  std::vector<size_t> groups(TextTerms::blocks);
  for (size_t block = 0; block < groups.size(); ++block)
    groups[block] = block < own_blocks ? block : block - own_blocks;
  return groups;
}

std::vector<size_t> ends_of(const TextTerms& terms) {
  const auto ends = terms.ends();
  return {ends.begin(), ends.end()};
}

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

struct Choice {
  double error = 0;  // squared, of the rows left out
  double penalty = std::numeric_limits<double>::infinity();
  std::vector<double> out_of_fold;
};

Choice best_penalty(const std::vector<SparseRow>& rows, const std::vector<double>& labels,
                    const std::vector<int>& fold_of_row, int folds, size_t columns) {
  std::vector<Path> paths;
  for (int fold = 0; fold < folds; ++fold)
    paths.emplace_back(rows, rows_where(fold_of_row, fold, false), labels, columns);
  const auto out_of_fold = [&] {
    std::vector<double> predictions;
    for (size_t row = 0; row < rows.size(); ++row) predictions.push_back(paths[fold_of_row[row]].predict(rows[row]));
    return predictions;
  };
  Choice best;
  best.out_of_fold = out_of_fold();  // without weights: the mean
  best.error = squared_error(best.out_of_fold, labels);
  for (const double penalty : penalties) {
    for (Path& path : paths) path.fit(penalty);
    std::vector<double> predictions = out_of_fold();
    const double error = squared_error(predictions, labels);
    if (error < best.error) best = {.error = error, .penalty = penalty, .out_of_fold = std::move(predictions)};
  }
  return best;
}

}  // namespace

TextRidge::TextRidge() : state_(std::make_shared<State>()) {}

TextRidge::Fitted TextRidge::fit(const std::vector<TextDocument>& documents, const std::vector<double>& labels,
                                 const std::vector<int>& fold_of_row, int folds) {
  auto state = std::make_shared<State>();
  state->terms = TextTerms::fit(documents);
  const size_t columns = state->columns();
  std::vector<SparseRow> counted;
  for (const TextDocument& document : documents) counted.push_back(state->terms.row(document));
  state->lengths = TextLengths::fit(counted, ends_of(state->terms), groups_of_blocks());
  const auto scaled_rows = [&] {
    std::vector<SparseRow> rows;
    for (const SparseRow& row : counted) rows.push_back(state->scaled(row));
    return rows;
  };
  Choice best;
  best.error = std::numeric_limits<double>::infinity();
  double exponent = 0;
  for (const double candidate : exponents) {
    state->exponent = candidate;
    Choice choice = best_penalty(scaled_rows(), labels, fold_of_row, folds, columns);
    if (choice.error < best.error) best = std::move(choice), exponent = candidate;
  }
  state->exponent = exponent;
  const std::vector<SparseRow> rows = scaled_rows();
  Path whole(rows, rows_where(fold_of_row, -1, false), labels, columns);
  if (std::isfinite(best.penalty)) whole.fit(best.penalty);
  state->weights = whole.weights();
  state->weights.resize(columns, 0);
  state->mean = whole.mean();
  Fitted fitted{.ridge = {}, .out_of_fold = std::move(best.out_of_fold)};
  fitted.ridge.state_ = std::move(state);
  return fitted;
}

const TextTerms& TextRidge::terms() const { return state_->terms; }

double TextRidge::predict(const TextDocument& document) const {
  return state_->mean + dot(state_->scaled(state_->terms.row(document)), state_->weights);
}

nlohmann::json TextRidge::to_json() const {
  return {{"version", json_version},
          {"mean", state_->mean},
          {"exponent", state_->exponent},
          {"usual_lengths", state_->lengths.centres()},
          {"longest_lengths", state_->lengths.longest()},
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
    state->exponent = json.at("exponent").get<double>();
    state->terms = TextTerms::from_json(json.at("terms"), file);
    state->lengths =
        TextLengths(ends_of(state->terms), groups_of_blocks(), json.at("usual_lengths").get<std::vector<double>>(),
                    json.at("longest_lengths").get<std::vector<double>>());
  } catch (const nlohmann::json::exception& error) {
    damaged("values are missing or of the wrong type", "", error.what());
  }
  if (state->weights.size() != state->columns())
    damaged("weights do not fit its terms", std::to_string(state->columns()), std::to_string(state->weights.size()));
  for (const auto* lengths : {&state->lengths.centres(), &state->lengths.longest()}) {
    if (lengths->size() != own_blocks)
      damaged("lengths do not fit its kinds of terms", std::to_string(own_blocks), std::to_string(lengths->size()));
  }
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::ranges::all_of(state->weights, finite) || !std::ranges::all_of(state->lengths.centres(), finite) ||
      !std::ranges::all_of(state->lengths.longest(), finite) || !finite(state->mean) || !finite(state->exponent))
    damaged("numbers", "finite", "another");
  TextRidge ridge;
  ridge.state_ = std::move(state);
  return ridge;
}

}  // namespace foreview
