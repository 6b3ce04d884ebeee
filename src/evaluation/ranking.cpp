#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "evaluation/checks.h"
#include "evaluation/metrics.h"

// The metrics that look at the order of values alone.
namespace foreview {
namespace {

std::vector<size_t> order_of(std::span<const double> values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
  return order;
}

// 1-based ranks; tied values get the average of the ranks they cover.
std::vector<double> average_ranks(std::span<const double> values) {
  const std::vector<size_t> order = order_of(values);
  std::vector<double> ranks(values.size());
  for (size_t first = 0; first < order.size();) {
    size_t end = first + 1;
    while (end < order.size() && values[order[end]] == values[order[first]]) ++end;
    const double rank = 0.5 * static_cast<double>(first + 1 + end);
    for (size_t i = first; i < end; ++i) ranks[order[i]] = rank;
    first = end;
  }
  return ranks;
}

double pairs_of(size_t count) { return 0.5 * static_cast<double>(count) * (static_cast<double>(count) - 1); }

// Pairs whose members are equal, over runs of equal neighbours of a sorted sequence.
template <class Equal>
double tied_pairs(size_t count, const Equal& equal) {
  double pairs = 0;
  for (size_t first = 0; first < count;) {
    size_t end = first + 1;
    while (end < count && equal(first, end)) ++end;
    pairs += pairs_of(end - first);
    first = end;
  }
  return pairs;
}

// Sorts values[first, end) and returns how many pairs stood in the wrong order (merge sort).
double sort_counting_inversions(std::span<double> values, std::span<double> scratch) {
  if (values.size() < 2) return 0;
  const size_t half = values.size() / 2;
  double inversions = sort_counting_inversions(values.first(half), scratch.first(half)) +
                      sort_counting_inversions(values.subspan(half), scratch.subspan(half));
  size_t left = 0, right = half;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool take_left = right == values.size() || (left < half && values[left] <= values[right]);
    if (!take_left) inversions += static_cast<double>(half - left);
    scratch[i] = take_left ? values[left++] : values[right++];
  }
  std::copy(scratch.begin(), scratch.begin() + static_cast<std::ptrdiff_t>(values.size()), values.begin());
  return inversions;
}

}  // namespace

std::optional<double> spearman(std::span<const double> truth, std::span<const double> prediction) {
  check_pairs(truth, prediction);
  if (!all_finite(truth) || !all_finite(prediction)) return std::nullopt;
  return pearson(average_ranks(truth), average_ranks(prediction));
}

// Knight 1966: order by truth (then prediction); discordant pairs are the inversions left in the predictions.
std::optional<double> kendall_tau_b(std::span<const double> truth, std::span<const double> prediction) {
  check_pairs(truth, prediction);
  if (!all_finite(truth) || !all_finite(prediction)) return std::nullopt;
  if (is_constant(truth) || is_constant(prediction)) return std::nullopt;
  const size_t n = truth.size();
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return truth[a] != truth[b] ? truth[a] < truth[b] : prediction[a] < prediction[b];
  });
  const double truth_ties = tied_pairs(n, [&](size_t a, size_t b) { return truth[order[a]] == truth[order[b]]; });
  const double both_ties = tied_pairs(n, [&](size_t a, size_t b) {
    return truth[order[a]] == truth[order[b]] && prediction[order[a]] == prediction[order[b]];
  });
  std::vector<double> predictions(n), scratch(n);
  std::transform(order.begin(), order.end(), predictions.begin(), [&](size_t i) { return prediction[i]; });
  const double discordant = sort_counting_inversions(predictions, scratch);
  const double prediction_ties = tied_pairs(n, [&](size_t a, size_t b) { return predictions[a] == predictions[b]; });
  const double all = pairs_of(n);
  const double concordant = all - truth_ties - prediction_ties + both_ties - discordant;
  return (concordant - discordant) / (std::sqrt(all - truth_ties) * std::sqrt(all - prediction_ties));
}

// The rank-sum form of Mann and Whitney 1947.
std::optional<double> area_under_roc(std::span<const double> truth, std::span<const double> score, double threshold) {
  check_pairs(truth, score);
  if (!all_finite(truth) || !all_finite(score)) return std::nullopt;
  const std::vector<double> ranks = average_ranks(score);
  double positives = 0, rank_sum = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    if (truth[i] < threshold) continue;
    positives += 1;
    rank_sum += ranks[i];
  }
  const double negatives = static_cast<double>(truth.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nullopt;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

}  // namespace foreview
