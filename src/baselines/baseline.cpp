#include "baselines/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "baselines/fitted_baseline.h"
#include "core/random.h"
#include "core/text.h"
#include "foreview/error.h"
#include "regression/calibration.h"
#include "regression/label_scale.h"

namespace foreview {
namespace {

constexpr int most_folds = 5;
constexpr size_t floors = 3;  // of baseline_names(), the first: the model bundle has them

BaselineRows rows_of(const BaselineTask& task, const LabelScale& scale, uint64_t seed) {
  BaselineRows rows;
  std::vector<std::string> groups;
  for (const LabelledVideo& video : task.train) {
    rows.labels.push_back(scale.standardise(task.target.forward(video.label.value)));
    groups.push_back(video.fold_group.empty() ? video.features.author : video.fold_group);
  }
  rows.folds = make_folds(groups, most_folds, derive_seed(seed, "folds"));
  return rows;
}

LabelScale scale_of(const BaselineTask& task) {
  std::vector<double> labels;
  for (const LabelledVideo& video : task.train) labels.push_back(task.target.forward(video.label.value));
  return LabelScale::fit(labels, task.target);
}

}  // namespace

std::string BaselineOptions::canonical() const {
  return fmt::format("frames{} {}x{} epochs{} batch{} lr{} limit{} videos{}", frames, width, height, epochs, batch,
                     learning_rate, time_limit, most_videos);
}

const std::vector<std::string>& baseline_names() {
  static const std::vector<std::string> names = {"constants",        "author_mean", "ridge_metadata",
                                                 "xgboost_metadata", "cnn_gru",     "cnn3d"};
  return names;
}

std::vector<std::string> chosen_baselines(const std::string& comma_separated) {
  const std::vector<std::string>& names = baseline_names();
  std::set<std::string> wanted;
  for (const std::string& part : split_text(comma_separated, ',')) {
    if (part.empty()) continue;
    if (std::ranges::find(names, part) == names.end())
      throw Error({.problem = "there is no baseline \"" + clean_utf8(part) + "\"",
                   .expected = join(names, ", "),
                   .advice = "did you mean " + join(nearest_names(part, names, 2), " or ") + "?"},
                  ErrorKind::usage);
    wanted.insert(part);
  }
  std::vector<std::string> chosen;
  for (size_t i = floors; i < names.size(); ++i)
    if (wanted.contains(names[i])) chosen.push_back(names[i]);
  return chosen;
}

std::optional<std::vector<Prediction>> baseline_predictions(const std::string& name, const BaselineTask& task,
                                                            const BaselineOptions& options, uint64_t seed,
                                                            const Device& device) {
  seed = derive_seed(seed, "baseline " + name);
  const LabelScale scale = scale_of(task);
  const BaselineRows rows = rows_of(task, scale, seed);
  const std::optional<FittedBaseline> fitted = name == "xgboost_metadata" ? fit_xgboost_metadata(task, rows, seed)
                                               : name == "cnn_gru"
                                                   ? fit_cnn_gru(task, rows, options, seed, device)
                                                   : fit_cnn3d(task, rows, options, seed, device);
  if (!fitted) return std::nullopt;
  std::vector<Residual> residuals;
  for (const double error : fitted->errors) residuals.push_back({.error = error});
  const double width = IntervalCalibration::fit(residuals, scale.typical_error).factor();
  std::vector<Prediction> predictions;
  for (const double median : fitted->predictions) predictions.push_back(scale.prediction(median, width, width));
  return predictions;
}

}  // namespace foreview
