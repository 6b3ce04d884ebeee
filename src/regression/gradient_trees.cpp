#include "regression/gradient_trees.h"

#include <fmt/format.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>

#include "core/interrupt.h"
#include "core/json.h"
#include "core/random.h"
#include "foreview/error.h"
#include "regression/held_out_choice.h"
#include "regression/tree_file_check.h"

namespace foreview {
namespace {

void check(int status, const char* what) {
  if (status == 0) return;
  const std::string message = XGBGetLastError();
  const std::string reason = message.substr(message.rfind('\n', message.find("Stack trace") - 1) + 1);
  throw Error({.file = "",
               .problem = fmt::format("XGBoost could not {}: {}", what, reason.substr(0, reason.find('\n'))),
               .expected = "",
               .got = "",
               .advice = "train again"});
}

std::shared_ptr<void> make_data(const Matrix& rows, const std::vector<double>* labels) {
  std::vector<float> values(rows.values.begin(), rows.values.end());
  for (float& value : values)
    if (!std::isfinite(value)) value = NAN;
  DMatrixHandle handle = nullptr;
  check(XGDMatrixCreateFromMat(values.data(), rows.rows, rows.cols, NAN, &handle), "take the rows");
  std::shared_ptr<void> data(handle, XGDMatrixFree);
  if (labels) {
    const std::vector<float> targets(labels->begin(), labels->end());
    check(XGDMatrixSetFloatInfo(handle, "label", targets.data(), targets.size()), "take the labels");
  }
  return data;
}

std::shared_ptr<void> make_booster(const std::vector<DMatrixHandle>& data) {
  BoosterHandle handle = nullptr;
  check(XGBoosterCreate(data.data(), data.size(), &handle), "start");
  std::shared_ptr<void> booster(handle, XGBoosterFree);
  // One thread: faster on some hundred rows than several that wait for each other, and the same sums on any machine.
  for (const auto& [name, value] : {std::pair{"verbosity", "0"}, std::pair{"nthread", "1"}})
    check(XGBoosterSetParam(handle, name, value), "take its settings");
  return booster;
}

// Shallow, slow and sampled. A leaf needs more rows, and is trusted less, where there are more rows to be had: few rows
// cannot afford it.
std::shared_ptr<void> grow(const Matrix& rows, const std::vector<double>& labels, int rounds, uint64_t seed) {
  const auto data = make_data(rows, &labels);
  auto booster = make_booster({data.get()});
  const std::string leaf_rows = fmt::format("{:.1f}", std::clamp(static_cast<double>(rows.rows) / 100, 2.0, 10.0));
  // Never so few columns a tree that two could not meet in it.
  const std::string column_share = fmt::format("{:.3f}", std::clamp(8.0 / static_cast<double>(rows.cols), 0.3, 1.0));
  const std::vector<std::pair<const char*, std::string>> settings = {{"booster", "gbtree"},
                                                                     {"objective", "reg:squarederror"},
                                                                     {"tree_method", "hist"},
                                                                     {"max_depth", "4"},
                                                                     {"eta", "0.03"},
                                                                     {"min_child_weight", leaf_rows},
                                                                     {"lambda", leaf_rows},
                                                                     {"subsample", "0.8"},
                                                                     {"colsample_bytree", column_share},
                                                                     {"base_score", "0"},
                                                                     {"seed", std::to_string(seed & 0x7fffffff)}};
  for (const auto& [name, value] : settings)
    check(XGBoosterSetParam(booster.get(), name, value.c_str()), "take its settings");
  for (int round = 0; round < rounds; ++round) {
    throw_if_interrupted();
    check(XGBoosterUpdateOneIter(booster.get(), round, data.get()), "grow a tree");
  }
  return booster;
}

// `rounds` 0 means all trees.
std::vector<double> ask(BoosterHandle booster, const Matrix& rows, int rounds) {
  if (rows.rows == 0) return {};
  const auto data = make_data(rows, nullptr);
  const std::string config = fmt::format(
      R"({{"type":0,"training":false,"iteration_begin":0,"iteration_end":{},"strict_shape":false}})", rounds);
  bst_ulong const* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* values = nullptr;
  check(XGBoosterPredictFromDMatrix(booster, data.get(), config.c_str(), &shape, &dimensions, &values), "predict");
  return {values, values + rows.rows};
}

std::vector<double> taken(const std::vector<double>& values, const std::vector<size_t>& rows) {
  std::vector<double> result;
  for (size_t row : rows) result.push_back(values[row]);
  return result;
}

}  // namespace

GradientTrees::Fitted GradientTrees::fit(const Matrix& rows, const TrainingLabels& labels, const Folds& folds,
                                         int most_rounds, uint64_t seed) {
  std::vector<int> stops;
  for (int stop = 10; stop <= most_rounds; stop += stop < 100 ? 10 : 50) stops.push_back(stop);
  std::vector<std::vector<double>> held_out(stops.size() + 1, std::vector<double>(rows.rows, 0.0));
  for (int fold = 0; fold < folds.count && !stops.empty() && rows.cols > 0; ++fold) {
    const auto outside = folds.outside(fold), inside = folds.inside(fold);
    const auto booster =
        grow(rows.take(outside), taken(labels.without(fold), outside), stops.back(), derive_seed(seed, "fold"));
    for (size_t s = 0; s < stops.size(); ++s) {
      const auto predicted = ask(booster.get(), rows.take(inside), stops[s]);
      for (size_t i = 0; i < inside.size(); ++i) held_out[s + 1][inside[i]] = predicted[i];
    }
  }
  const HeldOutChoice choice = choose_by_squared_error(held_out, labels.truth(), folds);
  Fitted fitted;
  fitted.trees.columns_ = rows.cols;
  fitted.rounds = choice.of_all == 0 ? 0 : stops[choice.of_all - 1];
  fitted.out_of_fold = chosen_of_folds(held_out, choice, folds);
  if (fitted.rounds > 0) fitted.trees.booster_ = grow(rows, labels.all(), fitted.rounds, derive_seed(seed, "all rows"));
  return fitted;
}

std::vector<double> GradientTrees::predict(const Matrix& rows) const {
  if (!booster_) return std::vector<double>(rows.rows, 0.0);
  return ask(booster_.get(), rows, 0);
}

nlohmann::json GradientTrees::to_json() const {
  nlohmann::json json{{"columns", columns_}, {"model", nullptr}};
  if (!booster_) return json;
  bst_ulong length = 0;
  const char* bytes = nullptr;
  check(XGBoosterSaveModelToBuffer(booster_.get(), R"({"format":"json"})", &length, &bytes), "write its model");
  json["model"] = parse_json(std::string_view(bytes, length), "trees.json");
  return json;
}

GradientTrees GradientTrees::from_json(const nlohmann::json& json, size_t columns, const std::string& file) {
  const bool complete =
      json.is_object() && json.contains("columns") && json["columns"].is_number_unsigned() && json.contains("model");
  if (!complete || json["columns"].get<size_t>() != columns)
    throw Error({.file = file,
                 .problem = "a tree model is damaged or belongs to another model",
                 .expected = fmt::format("{} columns", columns),
                 .got = complete ? fmt::format("{} columns", json["columns"].get<size_t>()) : "none",
                 .advice = "copy the model folder anew or train again"});
  GradientTrees trees;
  trees.columns_ = columns;
  if (json["model"].is_null()) return trees;
  check_tree_model(json["model"], trees.columns_, file);
  const std::string bytes = json["model"].dump();
  trees.booster_ = make_booster({});
  try {
    check(XGBoosterLoadModelFromBuffer(trees.booster_.get(), bytes.data(), bytes.size()), "read its model");
    ask(trees.booster_.get(), Matrix(1, trees.columns_), 0);
  } catch (const Error& error) {
    throw Error({.file = file,
                 .problem = error.parts().problem,
                 .expected = "",
                 .got = "",
                 .advice = "copy the model folder anew or train again"});
  }
  return trees;
}

}  // namespace foreview
