#include "regression/held_out_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

namespace foreview {
namespace {

constexpr double rounding = 1e-9;  // of a loss

size_t choose_without(const std::vector<std::vector<double>>& losses, std::optional<size_t> fold, double tolerance) {
  std::vector<double> sums;
  for (const std::vector<double>& of_folds : losses) {
    sums.push_back(std::accumulate(of_folds.begin(), of_folds.end(), 0.0));
    if (fold) sums.back() -= of_folds[*fold];
  }
  const double most = (1 + tolerance + rounding) * *std::ranges::min_element(sums);
  return static_cast<size_t>(std::ranges::find_if(sums, [&](double sum) { return sum <= most; }) - sums.begin());
}

}  // namespace

HeldOutChoice choose_by_held_out_loss(const std::vector<std::vector<double>>& losses, double tolerance) {
  HeldOutChoice choice{.of_all = choose_without(losses, {}, tolerance), .of_fold = {}};
  const size_t folds = losses.front().size();
  for (size_t fold = 0; fold < folds; ++fold)
    choice.of_fold.push_back(folds > 1 ? choose_without(losses, fold, tolerance) : choice.of_all);
  return choice;
}

HeldOutChoice choose_by_squared_error(const std::vector<std::vector<double>>& predictions,
                                      const std::vector<double>& labels, const Folds& folds) {
  std::vector<std::vector<double>> losses;
  for (const std::vector<double>& of_setting : predictions) {
    losses.emplace_back(static_cast<size_t>(folds.count), 0.0);
    for (size_t row = 0; row < labels.size(); ++row)
      losses.back()[static_cast<size_t>(folds.of_row[row])] += std::pow(of_setting[row] - labels[row], 2);
  }
  return choose_by_held_out_loss(losses);
}

std::vector<double> chosen_of_folds(const std::vector<std::vector<double>>& predictions, const HeldOutChoice& choice,
                                    const Folds& folds) {
  std::vector<double> chosen;
  for (size_t row = 0; row < folds.of_row.size(); ++row)
    chosen.push_back(predictions[choice.of_fold[static_cast<size_t>(folds.of_row[row])]][row]);
  return chosen;
}

}  // namespace foreview
