#include "regression/author_history.h"

#include <algorithm>

namespace foreview {

AuthorHistory AuthorHistory::fit(const std::vector<std::string>& authors, const std::vector<double>& labels) {
  AuthorHistory history;
  double sum = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    sum += labels[i];
    if (authors[i].empty()) continue;
    Entry& entry = history.authors_[authors[i]];
    entry.sum += labels[i];
    ++entry.count;
  }
  history.mean_ = labels.empty() ? 0 : sum / static_cast<double>(labels.size());

  double within = 0, total = 0, squared_counts = 0, rows = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    if (authors[i].empty()) continue;
    const Entry& entry = history.authors_[authors[i]];
    const double from_author = labels[i] - entry.sum / entry.count, from_all = labels[i] - history.mean_;
    within += from_author * from_author;
    total += from_all * from_all;
    ++rows;
  }
  for (const auto& [name, entry] : history.authors_) squared_counts += static_cast<double>(entry.count) * entry.count;
  const double groups = static_cast<double>(history.authors_.size());
  // Searle, Casella, McCulloch 1992, the analysis-of-variance estimator for unequal group sizes.
  if (groups >= 2 && rows > groups) {
    const double within_variance = within / (rows - groups);
    const double effective_size = (rows - squared_counts / rows) / (groups - 1);
    const double between_variance = ((total - within) / (groups - 1) - within_variance) / effective_size;
    history.prior_rows_ = between_variance > 0 ? std::clamp(within_variance / between_variance, 0.1, 1000.0) : 1000.0;
  }
  return history;
}

double AuthorHistory::mean_of(const std::string& author) const {
  const auto found = authors_.find(author);
  if (found == authors_.end()) return mean_;
  return (found->second.sum + prior_rows_ * mean_) / (found->second.count + prior_rows_);
}

int AuthorHistory::count_of(const std::string& author) const {
  const auto found = authors_.find(author);
  return found == authors_.end() ? 0 : found->second.count;
}

nlohmann::json AuthorHistory::to_json() const {
  nlohmann::json entries = nlohmann::json::object();
  for (const auto& [name, entry] : authors_) entries[name] = {entry.sum, entry.count};
  return {{"mean", mean_}, {"prior_rows", prior_rows_}, {"authors", entries}};
}

AuthorHistory AuthorHistory::from_json(const nlohmann::json& json) {
  AuthorHistory history;
  history.mean_ = json.at("mean").get<double>();
  history.prior_rows_ = std::max(1e-6, json.at("prior_rows").get<double>());
  for (const auto& [name, entry] : json.at("authors").items())
    history.authors_[name] = {entry.at(0).get<double>(), std::max(1, entry.at(1).get<int>())};
  return history;
}

}  // namespace foreview
