#include "regression/gradient_trees.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"
#include "evaluation/metrics.h"
#include "foreview/error.h"
#include "regression/linear_data.h"

namespace foreview {
namespace {

using testing::linear_data;

double error_of(const std::vector<double>& a, const std::vector<double>& b) { return mean_squared_error(a, b); }

TEST(GradientTrees, LearnsAnInteractionAndComesBackFromJson) {
  Random random(4);
  Matrix rows(300, 6);
  std::vector<double> labels;
  for (double& value : rows.values) value = random.normal();
  for (size_t r = 0; r < 300; ++r) labels.push_back(rows.at(r, 0) > 0 && rows.at(r, 1) > 0 ? 0.75 : -0.25);
  const auto fitted = GradientTrees::fit(rows, labels, make_row_folds(300, 5, 1), 100, 1);
  EXPECT_LT(error_of(labels, fitted.out_of_fold), 0.06) << "the variance of the labels is 0.19";
  const auto again = GradientTrees::from_json(fitted.trees.to_json(), 6, "trees.json");
  EXPECT_EQ(fitted.trees.predict(rows), again.predict(rows));
  EXPECT_EQ(fitted.trees.predict(rows),
            GradientTrees::fit(rows, labels, make_row_folds(300, 5, 1), 100, 1).trees.predict(rows));
}

TEST(GradientTrees, RefusesDamagedFiles) {
  const auto data = linear_data(80, 4, 0.1, 5);
  const auto good = GradientTrees::fit(data.rows, data.labels, make_row_folds(80, 5, 1), 30, 1).trees.to_json();
  ASSERT_FALSE(good["model"].is_null());
  const auto refused = [](const nlohmann::json& json, size_t columns = 4) {
    EXPECT_THROW(GradientTrees::from_json(json, columns, "trees.json"), Error) << json.dump().substr(0, 200);
  };
  refused(good, 5);
  refused(nlohmann::json::array());
  auto& tree_path = "/model/learner/gradient_booster/model/trees/0/";
  for (const auto& [where, value] :
       std::vector<std::pair<std::string, nlohmann::json>>{{"left_children/0", 100000},
                                                           {"right_children/0", 0},
                                                           {"split_indices/0", 77},
                                                           {"parents/1", 40},
                                                           {"tree_param", nullptr},
                                                           {"split_conditions", nlohmann::json::array()},
                                                           {"categories", {1, 2}}}) {
    auto bad = good;
    bad[nlohmann::json::json_pointer(tree_path + where)] = value;
    refused(bad);
  }
  auto bad = good;
  bad["model"]["learner"]["objective"]["name"] = "multi:softmax";
  refused(bad);
  bad = good;
  bad["model"]["learner"]["gradient_booster"]["model"]["trees"].push_back("x");
  refused(bad);
}

}  // namespace
}  // namespace foreview
