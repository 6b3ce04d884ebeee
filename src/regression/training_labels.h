#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "regression/folds.h"

namespace foreview {

/// What a teacher expects of each row, who knew every other row's label but none of the fold's.
struct Lessons {
  std::vector<std::vector<double>> of_fold;  // [folds][rows], for models that do not see the fold; NaN inside it
  std::vector<double> of_all;                // [rows], for models of all rows
};

/// How far others follow lessons: halfway keeps what the teacher does not know.
inline constexpr double lesson_share = 0.5;

/// Labels to be judged by, and those to learn from: they may have been moved towards a teacher's lessons, which are
/// less noisy (Lopez-Paz et al. 2016, generalised distillation). Out-of-fold predictions stay honest: what a fold's
/// models learn from knows nothing of the fold.
class TrainingLabels {
 public:
  /// Nothing but the truth.
  TrainingLabels(std::vector<double> truth) : truth_(std::move(truth)) {}
  /// `share_of_fold` [folds] and `share_of_all`: how far towards the lessons, 0 to 1.
  TrainingLabels(std::vector<double> truth, const Lessons& lessons, const std::vector<double>& share_of_fold,
                 double share_of_all);
  /// All of them `lesson_share` towards the lessons.
  TrainingLabels(std::vector<double> truth, const Lessons& lessons)
      : TrainingLabels(std::move(truth), lessons, std::vector<double>(lessons.of_fold.size(), lesson_share),
                       lesson_share) {}

  size_t size() const { return truth_.size(); }
  const std::vector<double>& truth() const { return truth_; }
  /// For models that do not see the fold. [rows]; NaN inside the fold when there are lessons.
  const std::vector<double>& without(int fold) const {
    return without_.empty() ? truth_ : without_[static_cast<size_t>(fold)];
  }
  /// For models of all rows. [rows]
  const std::vector<double>& all() const { return all_.empty() ? truth_ : all_; }

  /// Of the rows outside the fold, for whoever is to know nothing of it.
  TrainingLabels outside(int fold, const Folds& folds) const;

 private:
  std::vector<double> truth_, all_;
  std::vector<std::vector<double>> without_;
};

}  // namespace foreview
