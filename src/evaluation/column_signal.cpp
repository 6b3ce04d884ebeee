#include "evaluation/column_signal.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/random.h"
#include "evaluation/metrics.h"

namespace foreview {
namespace {

constexpr size_t least_rows = 40;
constexpr int folds = 5, bins = 20;

/// Mean label of each group, shrunk to the mean of all by as much as a few rows would.
class GroupMeans {
 public:
  void add(int group, double label) {
    Sum& sum = groups_[group];
    sum.total += label;
    sum.rows += 1;
    all_.total += label;
    all_.rows += 1;
  }
  double of(int group) const {
    constexpr double prior_rows = 2;
    const double mean = all_.rows > 0 ? all_.total / all_.rows : 0;
    const auto found = groups_.find(group);
    if (found == groups_.end()) return mean;
    return (found->second.total + prior_rows * mean) / (found->second.rows + prior_rows);
  }

 private:
  struct Sum {
    double total = 0, rows = 0;
  };
  std::map<int, Sum> groups_;
  Sum all_;
};

std::optional<double> grouped_signal(const std::vector<int>& groups, std::span<const double> labels, uint64_t seed) {
  std::vector<int> fold(labels.size());
  for (size_t i = 0; i < fold.size(); ++i) fold[i] = static_cast<int>(i) % folds;
  Random random(seed);
  random.shuffle(std::span(fold));
  std::vector<double> predicted(labels.size());
  for (int held_out = 0; held_out < folds; ++held_out) {
    GroupMeans means;
    for (size_t i = 0; i < labels.size(); ++i)
      if (fold[i] != held_out) means.add(groups[i], labels[i]);
    for (size_t i = 0; i < labels.size(); ++i)
      if (fold[i] == held_out) predicted[i] = means.of(groups[i]);
  }
  return r_squared(labels, predicted);
}

}  // namespace

std::optional<double> number_signal(std::span<const double> column, std::span<const double> labels, uint64_t seed) {
  std::vector<double> values, kept;
  for (size_t i = 0; i < column.size(); ++i) {
    if (!std::isfinite(column[i])) continue;
    values.push_back(column[i]);
    kept.push_back(labels[i]);
  }
  if (kept.size() < least_rows) return std::nullopt;
  std::vector<double> edges;  // the same for all folds: they look at the column alone
  for (int bin = 1; bin < bins; ++bin) edges.push_back(quantile(values, static_cast<double>(bin) / bins));
  std::vector<int> groups;
  for (const double value : values)
    groups.push_back(static_cast<int>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin()));
  return grouped_signal(groups, kept, seed);
}

std::optional<double> text_signal(const std::vector<std::string>& column, std::span<const double> labels,
                                  uint64_t seed) {
  std::map<std::string, int> numbers;
  std::vector<int> groups;
  std::vector<double> kept;
  for (size_t i = 0; i < column.size(); ++i) {
    if (column[i].empty()) continue;
    groups.push_back(numbers.try_emplace(column[i], static_cast<int>(numbers.size())).first->second);
    kept.push_back(labels[i]);
  }
  if (kept.size() < least_rows || numbers.size() * 2 > kept.size()) return std::nullopt;
  return grouped_signal(groups, kept, seed);
}

}  // namespace foreview
