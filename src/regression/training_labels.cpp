#include "regression/training_labels.h"

namespace foreview {
namespace {

std::vector<double> moved(const std::vector<double>& from, const std::vector<double>& towards, double share) {
  std::vector<double> result;
  for (size_t row = 0; row < from.size(); ++row) result.push_back(from[row] + share * (towards[row] - from[row]));
  return result;
}

}  // namespace

TrainingLabels::TrainingLabels(std::vector<double> truth, const Lessons& lessons,
                               const std::vector<double>& share_of_fold, double share_of_all)
    : truth_(std::move(truth)), all_(moved(truth_, lessons.of_all, share_of_all)) {
  for (size_t fold = 0; fold < lessons.of_fold.size(); ++fold)
    without_.push_back(moved(truth_, lessons.of_fold[fold], share_of_fold[fold]));
}

TrainingLabels TrainingLabels::outside(int fold, const Folds& folds) const {
  const std::vector<size_t> rows = folds.outside(fold);
  const auto taken = [&](const std::vector<double>& from) {
    std::vector<double> result;
    for (const size_t row : rows) result.push_back(from[row]);
    return result;
  };
  TrainingLabels labels(taken(truth_));
  if (without_.empty()) return labels;
  labels.all_ = taken(without(fold));
  labels.without_.assign(without_.size() - 1, labels.all_);
  return labels;
}

}  // namespace foreview
