#include "regression/floors.h"

#include "evaluation/metrics.h"
#include "regression/stored_values.h"

namespace foreview {
namespace {

PooledLayout metadata_layout(const std::array<int, token_kinds>& dimensions) {
  PooledLayout layout;
  constexpr auto metadata = static_cast<size_t>(TokenKind::metadata);
  layout.dimensions[metadata] = dimensions[metadata];
  return layout;
}

ScaledPrediction with_interval(double median, const IntervalCalibration& interval) {
  return {median, interval.factor(), interval.factor()};
}

// The author's mean by the other folds, for every training row.
std::vector<double> left_out_author_means(const std::vector<std::string>& authors, const std::vector<double>& labels,
                                          const Folds& folds) {
  std::vector<double> means(labels.size(), 0.0);
  for (int fold = 0; fold < folds.count; ++fold) {
    std::vector<std::string> others;
    std::vector<double> other_labels;
    for (size_t row : folds.outside(fold)) others.push_back(authors[row]), other_labels.push_back(labels[row]);
    const AuthorHistory history = AuthorHistory::fit(others, other_labels);
    for (size_t row : folds.inside(fold)) means[row] = history.mean_of(authors[row]);
  }
  return means;
}

IntervalCalibration interval_of(const std::vector<double>& labels, const std::vector<double>& predictions,
                                double typical_error) {
  std::vector<Residual> residuals;
  for (size_t i = 0; i < labels.size(); ++i) residuals.push_back({.error = labels[i] - predictions[i]});
  return IntervalCalibration::fit(residuals, typical_error);
}

}  // namespace

Floors Floors::fit(const std::vector<TokenSequence>& tokens, const std::array<int, token_kinds>& dimensions,
                   const std::vector<std::string>& authors, const std::vector<double>& labels, const Folds& folds,
                   double typical_error) {
  Floors floors;
  floors.median_ = quantile(labels, 0.5);
  const double n = static_cast<double>(labels.size());
  std::vector<double> left_out_means;
  for (double label : labels) left_out_means.push_back(-label / (n - 1));
  floors.mean_interval_ = interval_of(labels, left_out_means, typical_error);
  floors.median_interval_ = interval_of(labels, std::vector<double>(labels.size(), floors.median_), typical_error);
  floors.authors_ = AuthorHistory::fit(authors, labels);
  if (floors.has_authors())
    floors.author_interval_ = interval_of(labels, left_out_author_means(authors, labels, folds), typical_error);
  floors.metadata_ = metadata_layout(dimensions);
  if (floors.has_metadata()) {
    auto fitted = Ridge::fit(floors.metadata_.pool(tokens), floors.metadata_.block_of_column(), labels, folds);
    floors.ridge_ = std::move(fitted.ridge);
    floors.ridge_interval_ = interval_of(labels, fitted.out_of_fold, typical_error);
  }
  return floors;
}

ScaledPrediction Floors::mean() const { return with_interval(0, mean_interval_); }
ScaledPrediction Floors::median() const { return with_interval(median_, median_interval_); }
ScaledPrediction Floors::author_mean(const std::string& author) const {
  return with_interval(authors_.mean_of(author), author_interval_);
}
ScaledPrediction Floors::ridge_metadata(const TokenSequence& tokens) const {
  return with_interval(ridge_.predict(metadata_.pool(tokens)), ridge_interval_);
}

nlohmann::json Floors::to_json() const {
  return {
      {"median", median_},
      {"authors", authors_.to_json()},
      {"intervals",
       {mean_interval_.to_json(), median_interval_.to_json(), author_interval_.to_json(), ridge_interval_.to_json()}}};
}

void Floors::store(SafetensorsFile& into) const {
  if (has_metadata()) ridge_.store("floors.ridge_metadata.", into);
}

Floors Floors::restore(const nlohmann::json& json, const SafetensorsFile& from,
                       const std::array<int, token_kinds>& dimensions) {
  Floors floors;
  floors.median_ = json.at("median").get<double>();
  floors.authors_ = AuthorHistory::from_json(json.at("authors"));
  const auto& intervals = json.at("intervals");
  floors.mean_interval_ = IntervalCalibration::from_json(intervals.at(0));
  floors.median_interval_ = IntervalCalibration::from_json(intervals.at(1));
  floors.author_interval_ = IntervalCalibration::from_json(intervals.at(2));
  floors.ridge_interval_ = IntervalCalibration::from_json(intervals.at(3));
  floors.metadata_ = metadata_layout(dimensions);
  if (floors.has_metadata()) {
    floors.ridge_ = Ridge::restore("floors.ridge_metadata.", from);
    require_size("floors.ridge_metadata.mean", floors.ridge_.columns(), floors.metadata_.columns(), from);
  }
  return floors;
}

}  // namespace foreview
