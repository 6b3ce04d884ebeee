#include "evaluation/results.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "core/random.h"
#include "foreview/error.h"

namespace foreview {
namespace {

std::vector<double> noisy(const std::vector<double>& truth, double noise, Random& random) {
  std::vector<double> values;
  for (const double value : truth) values.push_back(value + noise * random.normal());
  return values;
}

ModelPredictions model_named(const std::string& name, ModelRole role, Track track, std::vector<double> prediction) {
  return {.name = name, .role = role, .track = track, .prediction = std::move(prediction), .low = {}, .high = {}};
}

// Floors first on purpose: evaluation puts the final model on top.
TestSet make_test(size_t n, double final_noise) {
  Random random(11);
  TestSet test;
  for (size_t i = 0; i < n; ++i) {
    test.ids.push_back("video" + std::to_string(i));
    test.truth.push_back(8 + 2 * random.normal());
    test.truth_raw.push_back(std::expm1(test.truth.back()));
  }
  test.models.push_back(model_named("mean", ModelRole::floor, Track::author_free, std::vector<double>(n, 8.0)));
  test.models.push_back(
      model_named("author mean", ModelRole::floor, Track::author_aware, noisy(test.truth, 1.0, random)));
  test.models.push_back(
      model_named("foreview", ModelRole::final_model, Track::author_free, noisy(test.truth, final_noise, random)));
  ModelPredictions& final_model = test.models.back();
  for (const double value : final_model.prediction) {
    final_model.low.push_back(value - 1);
    final_model.high.push_back(value + 1);
  }
  return test;
}

EvaluationOptions options_for(int train) {
  EvaluationOptions options;
  options.target = "view_count";
  options.transform = "log1p";
  options.split_kind = "random";
  options.log1p = true;
  options.train = train;
  options.validation = 10;
  options.seed = 3;
  return options;
}

TEST(Evaluate, a_better_final_model_has_skill) {
  const Results results = evaluate(make_test(80, 0.6), options_for(200));
  EXPECT_EQ(results.verdict, Verdict::skill);
  ASSERT_EQ(results.models.size(), 3u);
  EXPECT_EQ(results.models[0].name, "foreview");
  EXPECT_EQ(results.models[0].best_floor, "mean");
  EXPECT_LT(results.models[0].against_best_floor->high, 0);
  EXPECT_TRUE(results.models[0].test.coverage80 && results.models[0].test.mae_raw);
  EXPECT_TRUE(results.models[1].best_floor.empty());
  EXPECT_FALSE(results.models[1].test.spearman) << "a constant prediction has no rank correlation";
}

TEST(Evaluate, author_aware_models_are_held_against_all_floors_and_every_final_must_win) {
  TestSet test = make_test(80, 0.6);
  Random random(5);
  test.models.push_back(
      model_named("foreview with author", ModelRole::final_model, Track::author_aware, noisy(test.truth, 1.2, random)));
  const Results results = evaluate(test, options_for(200));
  EXPECT_EQ(results.models[1].best_floor, "author mean");
  EXPECT_LT(results.models[0].against_best_floor->high, 0);
  EXPECT_EQ(results.verdict, Verdict::no_skill);
}

TEST(Evaluate, a_model_no_better_than_the_mean_has_no_skill) {
  EXPECT_EQ(evaluate(make_test(80, 2.0), options_for(200)).verdict, Verdict::no_skill);
}

TEST(Evaluate, too_few_videos_still_have_metrics_but_no_interval) {
  for (const auto& [rows, train] : {std::pair{3, 200}, std::pair{80, 39}, std::pair{0, 5}}) {
    const Results results = evaluate(make_test(static_cast<size_t>(rows), 0.1), options_for(train));
    EXPECT_EQ(results.verdict, Verdict::too_few_videos);
    EXPECT_EQ(results.models[0].test.mae.has_value(), rows > 0);
    EXPECT_FALSE(results.models[0].against_best_floor.has_value());
    EXPECT_NE(results.table().find("oo few videos"), std::string::npos);
  }
}

TEST(Evaluate, constant_truth_has_a_best_floor_and_no_skill) {
  TestSet test = make_test(30, 0.5);
  test.truth.assign(30, 8.0);
  const Results results = evaluate(test, options_for(100));
  EXPECT_EQ(results.models[0].best_floor, "mean");
  EXPECT_FALSE(results.models[0].test.nmse || results.models[0].against_best_floor);
  EXPECT_EQ(results.verdict, Verdict::no_skill);
}

TEST(Evaluate, a_diverged_model_has_no_figures_and_no_skill) {
  TestSet test = make_test(30, 0.5);
  test.models[2].prediction[4] = NAN;
  const Results results = evaluate(test, options_for(100));
  EXPECT_EQ(results.verdict, Verdict::no_skill);
  EXPECT_TRUE(results.to_json().at("models").at(0).at("test").empty());
  EXPECT_NE(results.table().find("cannot be told apart"), std::string::npos);
}

TEST(Evaluate, an_error_inside_what_rounding_leaves_is_none) {
  TestSet test;
  test.ids = {"a", "b", "c", "d"};
  test.truth = test.truth_raw = {1, 2, 3, 4};
  test.truth_low = test.truth_raw_low = {0.5, 2, 2.5, 4};
  test.truth_high = test.truth_raw_high = {1.5, 2, 3.5, 4};
  test.models.push_back({.name = "mean",
                         .role = ModelRole::floor,
                         .track = Track::author_free,
                         .prediction = {1.4, 2, 4, 3},
                         .low = {1.2, 2.1, 3.6, 0},
                         .high = {9, 9, 9, 9}});
  EvaluationOptions options = options_for(200);
  options.log1p = false;
  const Metrics metrics = evaluate(test, options).models[0].test;
  // Errors 0 (inside), 0, 0.5 (from 3.5), 1; variance of the truth 1.25.
  EXPECT_NEAR(*metrics.mae, 1.5 / 4, 1e-12);
  EXPECT_NEAR(*metrics.nmse, (0.25 + 1) / 5, 1e-12);
  EXPECT_NEAR(*metrics.mape, (0.5 / 3 + 1.0 / 4) / 4, 1e-12);
  EXPECT_NEAR(*metrics.spearman, *spearman(test.truth, test.models[0].prediction), 1e-12);
  EXPECT_NEAR(*metrics.coverage80, 0.5, 1e-12) << "[1.2, 9] meets [0.5, 1.5]; [3.6, 9] does not meet [2.5, 3.5]";
  test.truth_low.pop_back();
  EXPECT_THROW(evaluate(test, options_for(200)), Error);
}

TEST(Evaluate, rows_that_do_not_fit_are_refused) {
  TestSet test = make_test(30, 0.5);
  test.models[0].prediction.pop_back();
  EXPECT_THROW(evaluate(test, options_for(100)), Error);
}

TestSet make_test_with_variants() {
  TestSet test = make_test(80, 0.6);
  Random random(5);
  ModelPredictions poor =
      model_named("without audio", ModelRole::final_model, Track::author_free, noisy(test.truth, 1.5, random));
  test.variants = {{.study = Study::ablation, .train = 210, .predictions = poor},
                   {.study = Study::learning_curve, .train = 21, .predictions = poor}};
  test.variants[1].predictions.name = "10 %";
  return test;
}

TEST(Evaluate, a_variant_is_held_against_the_whole_model_and_its_best_floor) {
  const Results results = evaluate(make_test_with_variants(), options_for(200));
  ASSERT_EQ(results.variants.size(), 2u);
  const VariantResult& variant = results.variants[0];
  EXPECT_EQ(variant.train, 210);
  EXPECT_EQ(variant.best_floor, "mean");
  ASSERT_TRUE(variant.against_final && variant.against_best_floor);
  EXPECT_NEAR(variant.against_final->delta, *variant.test.nmse - *results.models[0].test.nmse, 1e-12);
  EXPECT_GT(variant.against_final->low, 0);       // worse than the whole model
  EXPECT_LT(variant.against_best_floor->high, 0);  // still better than the mean
  EXPECT_EQ(results.verdict, Verdict::skill);      // studies have no say in it
  EXPECT_FALSE(evaluate(make_test_with_variants(), options_for(10)).variants[0].against_final);
  TestSet itself = make_test_with_variants();
  itself.variants[1].predictions.prediction = itself.models[2].prediction;
  EXPECT_FALSE(evaluate(itself, options_for(200)).variants[1].against_final);
}

TEST(MetricsJson, variants_and_calibration_read_back) {
  const Results results = evaluate(make_test_with_variants(), options_for(200));
  EXPECT_EQ(results.models[0].calibration.size(), 19u);
  const Results read = Results::from_json(results.to_json());
  EXPECT_EQ(read.to_json(), results.to_json());
  EXPECT_EQ(read.variants[1].name, "10 %");
  EXPECT_EQ(read.variants[1].study, Study::learning_curve);
  nlohmann::json spoilt = results.to_json();
  spoilt["variants"][0].erase("study");
  EXPECT_THROW(Results::from_json(spoilt), Error);
  const std::string table = results.table();
  EXPECT_NE(table.find("without audio"), std::string::npos);
  EXPECT_NE(table.find("With fewer training videos"), std::string::npos);
}

TEST(MetricsJson, what_folds_inside_training_said_reads_back) {
  TestSet test = make_test(80, 0.6);
  test.models.back().within_training = CrossValidated{.nmse = 0.5, .weight = {}};
  ModelPredictions part = test.models.back();
  part.role = ModelRole::part;
  part.within_training = CrossValidated{.nmse = 0.625, .weight = 0.25};
  test.models.push_back(part);
  const nlohmann::json json = evaluate(test, options_for(200)).to_json();
  EXPECT_EQ(json.at("models").at(0).at("within_training"), (nlohmann::json{{"nmse", 0.5}}));
  EXPECT_EQ(json.at("models").at(1).at("within_training"), (nlohmann::json{{"nmse", 0.625}, {"weight", 0.25}}));
  EXPECT_EQ(Results::from_json(json).to_json(), json);
}

TEST(MetricsJson, has_the_promised_form_and_reads_back) {
  const Results results = evaluate(make_test(80, 0.6), options_for(200));
  const nlohmann::json json = results.to_json();
  EXPECT_EQ(json.at("schema"), 1);
  EXPECT_EQ(json.at("target"), "view_count");
  EXPECT_EQ(json.at("split"), (nlohmann::json{{"kind", "random"}, {"train", 200}, {"validation", 10}, {"test", 80}}));
  EXPECT_EQ(json.at("verdict"), "skill");
  const nlohmann::json& model = json.at("models").at(0);
  EXPECT_EQ(model.at("role"), "final");
  EXPECT_EQ(model.at("track"), "author_free");
  EXPECT_TRUE(model.at("against_best_floor").contains("delta_nmse"));
  EXPECT_FALSE(model.at("test").contains("auc"));
  EXPECT_FALSE(json.at("models").at(1).contains("against_best_floor"));
  const Results again = Results::from_json(nlohmann::json::parse(json.dump()));
  EXPECT_EQ(again.to_json().dump(2), json.dump(2));
  EXPECT_EQ(again.table(), results.table());
}

TEST(MetricsJson, what_does_not_fit_is_refused_with_a_reason) {
  const nlohmann::json good = evaluate(make_test(30, 0.6), options_for(200)).to_json();
  const auto refused = [&](const char* pointer, const nlohmann::json& value) {
    nlohmann::json bad = good;
    bad[nlohmann::json::json_pointer(pointer)] = value;
    EXPECT_THROW(Results::from_json(bad), Error) << pointer;
  };
  refused("/schema", 2);
  refused("/target", 5);
  refused("/split", "random");
  refused("/split/test", -1);
  refused("/split/train", 1e30);
  refused("/models", 3);
  refused("/models/0", nullptr);
  refused("/models/0/role", "boss");
  refused("/models/0/test", 4);
  refused("/models/0/test/mae", "small");
  refused("/models/0/against_best_floor", 4);
  refused("/verdict", "great");
  EXPECT_THROW(Results::from_json(nlohmann::json::array()), Error);
}

TEST(ResultsTable, fits_a_terminal_with_the_final_model_first) {
  TestSet test = make_test(80, 0.6);
  test.models[0].name = "a name that is much too long for a column of the table";
  const std::string table = evaluate(test, options_for(200)).table();
  std::istringstream lines(table);
  std::vector<std::string> all;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 110u) << line;
    all.push_back(line);
  }
  ASSERT_GT(all.size(), 5u);
  EXPECT_EQ(all[3].substr(0, 8), "foreview");
  EXPECT_NE(table.find("Skill: better than every simple guess"), std::string::npos);
}

}  // namespace
}  // namespace foreview
