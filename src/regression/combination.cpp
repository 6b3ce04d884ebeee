#include "regression/combination.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.h"
#include "regression/held_out_choice.h"

namespace foreview {
namespace {

constexpr size_t least_rows = 10;
constexpr int steps = 20;  // weights are tried in twentieths
constexpr int draws = 100;
// Of the labels' variance explained: below, a part has no claim to its usual weight.
constexpr double least_skill = 0.05;
constexpr double tolerance = 0.01;  // of the left-out error, for more of the usual weights
constexpr double usual_shares[] = {1, 0.75, 0.5, 0.25, 0};

using Products = std::array<PartValues, part_count>;

struct Rows {
  const std::vector<PartValues>& predictions;
  const std::vector<double>& labels;
  const Folds& folds;
};

/// Summed products of the parts' errors: a combination's squared error is a quadratic form in its weights. One a group.
std::vector<Products> error_products(const Rows& of, const std::vector<size_t>& rows) {
  std::vector<Products> products(1 + *std::ranges::max_element(of.folds.group_of_row));
  for (const size_t row : rows)
    for (size_t a = 0; a < part_count; ++a)
      for (size_t b = 0; b < part_count; ++b)
        products[of.folds.group_of_row[row]][a][b] +=
            (of.predictions[row][a] - of.labels[row]) * (of.predictions[row][b] - of.labels[row]);
  return products;
}

template <class WeightOf>
Products summed(const std::vector<Products>& of_groups, const WeightOf& weight_of_next) {
  Products sum{};
  for (const Products& products : of_groups) {
    const double weight = weight_of_next();
    for (size_t a = 0; a < part_count; ++a)
      for (size_t b = 0; b < part_count; ++b) sum[a][b] += weight * products[a][b];
  }
  return sum;
}

/// Of the parts that explain something.
PartValues usual_weights_of_skilled(const Products& products, const Rows& of, const std::vector<size_t>& rows) {
  double mean = 0, variance = 0, skilled = 0;
  for (const size_t row : rows) mean += of.labels[row] / static_cast<double>(rows.size());
  for (const size_t row : rows) variance += (of.labels[row] - mean) * (of.labels[row] - mean);
  PartValues weights = usual_weights;
  for (size_t part = 0; part < part_count; ++part) {
    if (products[part][part] >= (1 - least_skill) * variance) weights[part] = 0;
    skilled += weights[part];
  }
  if (skilled == 0) return weights;
  for (double& weight : weights) weight /= skilled;
  return weights;
}

double squared_error(const Products& products, const PartValues& weights) {
  double sum = 0;
  for (size_t a = 0; a < part_count; ++a)
    for (size_t b = 0; b < part_count; ++b) sum += weights[a] * weights[b] * products[a][b];
  return sum;
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

/// Every group counts for as much as an exponential draw says.
PartValues mean_of_best(const std::vector<Products>& of_groups) {
  Random random(derive_seed(0, "combination"));
  PartValues mean{};
  for (int draw = 0; draw < draws; ++draw) {
    const PartValues best = Search(summed(of_groups, [&] { return -std::log(1 - random.uniform()); })).best();
    for (size_t part = 0; part < part_count; ++part) mean[part] += best[part] / draws;
  }
  return mean;
}

/// What some rows say, and what is usual.
struct Sides {
  PartValues learnt{}, usual{};

  PartValues mixed(size_t share) const {
    PartValues weights;
    for (size_t part = 0; part < part_count; ++part)
      weights[part] = (1 - usual_shares[share]) * learnt[part] + usual_shares[share] * usual[part];
    return weights;
  }
};

Sides sides_of(const Rows& of, const std::vector<size_t>& rows) {
  if (rows.empty()) return {usual_weights, usual_weights};
  const std::vector<Products> of_groups = error_products(of, rows);
  Sides sides{.learnt = mean_of_best(of_groups), .usual = {}};
  sides.usual = usual_weights_of_skilled(summed(of_groups, [] { return 1.0; }), of, rows);
  if (std::ranges::all_of(sides.learnt, [](double weight) { return weight == 0; })) sides.learnt = sides.usual;
  return sides;
}

double squared_error(const Rows& of, const std::vector<size_t>& rows, const PartValues& weights) {
  double sum = 0;
  for (const size_t row : rows) sum += std::pow(combine(weights, of.predictions[row]) - of.labels[row], 2);
  return sum;
}

}  // namespace

double combine(const PartValues& weights, const PartValues& predictions) {
  double sum = 0;
  for (size_t part = 0; part < part_count; ++part) sum += weights[part] * predictions[part];
  return sum;
}

Combination combine_parts(const std::vector<PartValues>& predictions, const std::vector<double>& labels,
                          const Folds& folds) {
  Combination combination{.weights = usual_weights, .of_fold = {}};
  combination.of_fold.assign(static_cast<size_t>(folds.count), usual_weights);
  if (labels.size() < least_rows) return combination;
  const Rows rows{predictions, labels, folds};
  std::vector<Sides> of_fold;
  std::vector<std::vector<double>> losses(std::size(usual_shares));
  for (int fold = 0; fold < folds.count; ++fold) {
    of_fold.push_back(sides_of(rows, folds.outside(fold)));
    for (size_t share = 0; share < losses.size(); ++share)
      losses[share].push_back(squared_error(rows, folds.inside(fold), of_fold.back().mixed(share)));
  }
  const HeldOutChoice choice = choose_by_held_out_loss(losses, tolerance);
  for (size_t fold = 0; fold < of_fold.size(); ++fold)
    combination.of_fold[fold] = of_fold[fold].mixed(choice.of_fold[fold]);
  constexpr int no_fold = -1;
  combination.weights = sides_of(rows, folds.outside(no_fold)).mixed(choice.of_all);
  return combination;
}

}  // namespace foreview
