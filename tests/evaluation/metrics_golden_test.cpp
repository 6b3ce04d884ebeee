#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/json.h"
#include "evaluation/metrics.h"
#include "support/reference_data.h"

// Reference values computed with numpy and scipy, checked with scikit-learn; golden/metrics/README.md of the reference
// data folder tells how.
namespace foreview {
namespace {

using Values = std::vector<double>;

class MetricsGolden : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = testing::reference_data();
    if (!folder) GTEST_SKIP() << "skipped: no reference data";
    const auto file = *folder / "golden" / "metrics" / "cases.json";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "skipped: no reference data";
    cases_ = parse_json(read_file(file), file).at("cases");
    ASSERT_EQ(cases_.size(), 16u);
  }

  nlohmann::json cases_;
};

void expect_value(const nlohmann::json& expected, std::optional<double> got, const std::string& what) {
  if (expected.is_null()) {
    EXPECT_FALSE(got.has_value()) << what << " should be undefined, is " << got.value_or(0);
    return;
  }
  ASSERT_TRUE(got.has_value()) << what << " should be defined";
  const double wanted = expected.get<double>();
  EXPECT_NEAR(*got, wanted, 1e-9 + 1e-9 * std::abs(wanted)) << what;
}

Values clipped_at_zero(Values values) {
  for (double& value : values) value = std::max(value, 0.0);
  return values;
}

TEST_F(MetricsGolden, errors) {
  for (const auto& one : cases_) {
    const Values y = one.at("y_true"), p = one.at("y_pred");
    const std::string name = one.at("name").get<std::string>() + " ";
    const auto& expected = one.at("expected");
    expect_value(expected.at("mae"), mean_absolute_error(y, p), name + "mae");
    expect_value(expected.at("mse"), mean_squared_error(y, p), name + "mse");
    expect_value(expected.at("rmse"), std::sqrt(mean_squared_error(y, p)), name + "rmse");
    expect_value(expected.at("r2"), r_squared(y, p), name + "r2");
    expect_value(expected.at("nmse"), normalized_mean_squared_error(y, p), name + "nmse");
    expect_value(expected.at("mape_nonzero"), mape_nonzero(y, p), name + "mape_nonzero");
    expect_value(expected.at("rmsle"), rmsle(y, p), name + "rmsle");
    expect_value(expected.at("rmsle_clip0"), rmsle(clipped_at_zero(y), clipped_at_zero(p)), name + "rmsle_clip0");
    for (const char* q : {"0.1", "0.5", "0.9"})
      expect_value(expected.at(std::string("pinball_") + q), pinball_loss(y, p, std::stod(q)), name + "pinball " + q);
  }
}

TEST_F(MetricsGolden, ranking) {
  for (const auto& one : cases_) {
    const Values y = one.at("y_true"), p = one.at("y_pred");
    const std::string name = one.at("name").get<std::string>() + " ";
    const auto& expected = one.at("expected");
    expect_value(expected.at("pearson"), pearson(y, p), name + "pearson");
    expect_value(expected.at("spearman"), spearman(y, p), name + "spearman");
    expect_value(expected.at("kendall_tau_b"), kendall_tau_b(y, p), name + "kendall_tau_b");
    const double threshold = quantile(y, 0.9);
    expect_value(expected.at("top_decile_threshold"), threshold, name + "top_decile_threshold");
    expect_value(expected.at("auc_top_decile"), area_under_roc(y, p, threshold), name + "auc_top_decile");
    EXPECT_EQ(std::count_if(y.begin(), y.end(), [&](double value) { return value >= threshold; }),
              expected.at("top_decile_positives").get<int>());
  }
}

TEST_F(MetricsGolden, intervals) {
  for (const auto& one : cases_) {
    const Values y = one.at("y_true"), low = one.at("lower"), high = one.at("upper");
    const std::string name = one.at("name").get<std::string>() + " ";
    expect_value(one.at("expected").at("interval_coverage"), interval_coverage(y, low, high), name + "coverage");
    expect_value(one.at("expected").at("interval_mean_width"), interval_mean_width(low, high), name + "width");
  }
}

}  // namespace
}  // namespace foreview
