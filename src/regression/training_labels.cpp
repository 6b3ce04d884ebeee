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

}  // namespace foreview
