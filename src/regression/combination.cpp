#include "regression/combination.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace foreview {
namespace {

constexpr size_t least_rows = 10;
constexpr int steps = 20;                // weights are tried in twentieths
constexpr double rows_of_equality = 20;  // equal weights count as much as so many rows
constexpr double shrinkage = 0.3;        // towards equal weights of those that got any
constexpr double most_growth = 0.05;     // of the squared error by shrinking
constexpr double least_skill = 0.05;     // of the labels' variance explained: below, a part has no claim to equality

using Products = std::array<PartValues, part_count>;

/// Summed products of the parts' errors: a combination's squared error is a quadratic form in its weights.
Products error_products(const std::vector<PartValues>& predictions, const std::vector<double>& labels) {
  Products products{};
  for (size_t row = 0; row < labels.size(); ++row)
    for (size_t a = 0; a < part_count; ++a)
      for (size_t b = 0; b < part_count; ++b)
        products[a][b] += (predictions[row][a] - labels[row]) * (predictions[row][b] - labels[row]);
  return products;
}

/// Equal weights of the parts that explain something; of all when none does.
PartValues equal_weights(const Products& products, const std::vector<double>& labels) {
  const double rows = static_cast<double>(labels.size()),
               mean = std::accumulate(labels.begin(), labels.end(), 0.0) / rows;
  double variance = 0, skilled = 0;
  for (const double label : labels) variance += (label - mean) * (label - mean);
  PartValues weights{};
  for (size_t part = 0; part < part_count; ++part) {
    weights[part] = products[part][part] < (1 - least_skill) * variance ? 1 : 0;
    skilled += weights[part];
  }
  for (double& weight : weights) weight = skilled > 0 ? weight / skilled : 1.0 / part_count;
  return weights;
}

double squared_error(const Products& products, const PartValues& weights) {
  double sum = 0;
  for (size_t a = 0; a < part_count; ++a)
    for (size_t b = 0; b < part_count; ++b) sum += weights[a] * weights[b] * products[a][b];
  return sum;
}

PartValues shrunk(PartValues weights, const PartValues& fair, double strength, size_t rows) {
  double used = 0;
  for (const double weight : weights) used += weight > 0;
  const double to_used = strength * shrinkage,
               to_fair = strength * rows_of_equality / (rows_of_equality + static_cast<double>(rows));
  for (size_t part = 0; part < part_count; ++part) {
    double& weight = weights[part];
    if (weight > 0) weight = (1 - to_used) * weight + to_used / used;
    weight = (1 - to_fair) * weight + to_fair * fair[part];
  }
  return weights;
}

class Search {
 public:
  explicit Search(const Products& products) : products_(products) {}
  PartValues best() {
    try_all(0, steps);
    return best_;
  }

 private:
  void try_all(size_t part, int left) {
    if (part + 1 == part_count) {
      weights_[part] = left / double{steps};
      const double error = squared_error(products_, weights_);
      if (error < least_ * (1 - 1e-12)) least_ = error, best_ = weights_;
      return;
    }
    for (int share = 0; share <= left; ++share) {
      weights_[part] = share / double{steps};
      try_all(part + 1, left - share);
    }
  }

  const Products& products_;
  PartValues weights_{}, best_{};
  double least_ = std::numeric_limits<double>::infinity();
};

}  // namespace

double combine(const PartValues& weights, const PartValues& predictions) {
  double sum = 0;
  for (size_t part = 0; part < part_count; ++part) sum += weights[part] * predictions[part];
  return sum;
}

PartValues combination_weights(const std::vector<PartValues>& predictions, const std::vector<double>& labels) {
  PartValues equal;
  equal.fill(1.0 / part_count);
  if (labels.size() < least_rows) return equal;
  const Products products = error_products(predictions, labels);
  const PartValues best = Search(products).best();
  if (std::ranges::all_of(best, [](double weight) { return weight == 0; })) return equal;
  const PartValues fair = equal_weights(products, labels);
  for (const double strength : {1.0, 0.5, 0.25}) {
    const PartValues weights = shrunk(best, fair, strength, labels.size());
    if (squared_error(products, weights) <= (1 + most_growth) * squared_error(products, best)) return weights;
  }
  return best;
}

}  // namespace foreview
