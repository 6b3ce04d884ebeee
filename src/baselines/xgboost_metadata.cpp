#include <algorithm>
#include <limits>

#include "baselines/fitted_baseline.h"
#include "regression/gradient_trees.h"

// Boosted trees on the numbers of the metadata alone.
namespace foreview {
namespace {

constexpr int most_rounds = 600;

Matrix metadata_rows(const std::vector<const VideoFeatures*>& videos, size_t columns) {
  Matrix rows(videos.size(), columns);
  std::ranges::fill(rows.values, std::numeric_limits<double>::quiet_NaN());
  for (size_t i = 0; i < videos.size(); ++i)
    if (videos[i]->metadata.size() == columns) std::ranges::copy(videos[i]->metadata, rows.row(i).begin());
  return rows;
}

}  // namespace

std::optional<FittedBaseline> fit_xgboost_metadata(const BaselineTask& task, const BaselineRows& rows, uint64_t seed) {
  size_t columns = 0;
  std::vector<const VideoFeatures*> train, test;
  for (const LabelledVideo& video : task.train) {
    columns = std::max(columns, video.features.metadata.size());
    train.push_back(&video.features);
  }
  for (const VideoFeatures& video : task.test) test.push_back(&video);
  if (columns == 0) return std::nullopt;
  auto fitted = GradientTrees::fit(metadata_rows(train, columns), rows.labels, rows.folds, most_rounds, seed);
  FittedBaseline baseline{.predictions = fitted.trees.predict(metadata_rows(test, columns)), .errors = {}};
  for (size_t i = 0; i < rows.labels.size(); ++i) baseline.errors.push_back(rows.labels[i] - fitted.out_of_fold[i]);
  return baseline;
}

}  // namespace foreview
