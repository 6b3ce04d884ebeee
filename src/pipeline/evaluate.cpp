#include <fmt/format.h>

#include <algorithm>

#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "foreview/error.h"
#include "pipeline/feature_set.h"
#include "pipeline/stages.h"

namespace foreview {
namespace {

ModelPredictions predictions_of(const ForecastModel& model, size_t index, const std::vector<VideoFeatures>& videos) {
  const ModelName& name = model.models()[index];
  ModelPredictions predictions{
      .name = name.name, .role = name.role, .track = name.track, .prediction = {}, .low = {}, .high = {}};
  for (const Prediction& p : model.predict(index, videos)) {
    predictions.prediction.push_back(p.median);
    if (!name.has_interval) continue;
    predictions.low.push_back(p.low);
    predictions.high.push_back(p.high);
  }
  return predictions;
}

void add_interval(const Quantity& label, const Target& target, TestSet& test) {
  test.truth_raw_low.push_back(label.low);
  test.truth_raw_high.push_back(label.high);
  test.truth_low.push_back(std::min(target.forward(label.low), test.truth.back()));
  test.truth_high.push_back(std::max(target.forward(label.high), test.truth.back()));
}

TestSet predict_test(RunContext& run, const ForecastModel& model) {
  TestSet test;
  std::vector<VideoFeatures> videos;
  for (FeatureRow& row : load_feature_rows(run, Split::test)) {
    test.ids.push_back(row.video.record.id);
    test.truth_raw.push_back(row.video.label->value);
    test.truth.push_back(model.target().forward(row.video.label->value));
    add_interval(*row.video.label, model.target(), test);
    videos.push_back(std::move(row.features));
  }
  for (size_t i = 0; i < model.models().size(); ++i) test.models.push_back(predictions_of(model, i, videos));
  return test;
}

// Every model's test predictions, for the report and for other tools.
nlohmann::json predictions_json(const TestSet& test, const Target& target) {
  nlohmann::json models = nlohmann::json::array();
  for (const ModelPredictions& model : test.models) {
    nlohmann::json entry{{"name", model.name},
                         {"role", name_of(model.role)},
                         {"track", name_of(model.track)},
                         {"prediction", model.prediction}};
    if (!model.low.empty()) {
      entry["low"] = model.low;
      entry["high"] = model.high;
    }
    models.push_back(std::move(entry));
  }
  return {{"schema", 1},     {"target", target.name}, {"transform", name_of(target.transform)},
          {"id", test.ids},  {"actual", test.truth},  {"actual_raw", test.truth_raw},
          {"models", models}};
}

EvaluationOptions options_of(RunContext& run, const Target& target, size_t test_rows) {
  EvaluationOptions options;
  options.target = target.name;
  options.transform = name_of(target.transform);
  options.split_kind = run.config.split;
  options.binary = target.binary;
  options.log1p = target.transform == Transform::log1p;
  options.train = static_cast<int>(load_feature_rows(run, Split::train).size());
  options.validation = static_cast<int>(load_feature_rows(run, Split::validation).size());
  options.test = static_cast<int>(test_rows);
  options.seed = static_cast<uint64_t>(run.config.seed);
  return options;
}

}  // namespace

Results read_results(const Workspace& work) {
  return Results::from_json(parse_json(read_file(work.metrics()), work.metrics()));
}

Results evaluate_run(RunContext& run) {
  require_stage(run, "train", "evaluate");
  const std::string state = run.catalog.stage_state("train");
  if (run.catalog.stage_state("evaluate") == state && std::filesystem::exists(run.work.metrics()) &&
      std::filesystem::exists(run.work.predictions())) {
    stage_line("evaluate", "up to date");
    return read_results(run.work);
  }
  ForecastModel model = ForecastModel::load(run.work.model(), run.device);
  const TestSet test = predict_test(run, model);
  const Results results = evaluate(test, options_of(run, model.target(), test.ids.size()));
  write_file_atomically(run.work.predictions(), predictions_json(test, model.target()).dump(1) + "\n");
  write_file_atomically(run.work.metrics(), results.to_json().dump(2) + "\n");
  model.extra()["held_out"] = results.to_json();
  model.save(run.work.model());
  run.catalog.set_stage_state("evaluate", state);
  stage_line("evaluate", fmt::format("{} test videos; {}", test.ids.size(), name_of(results.verdict)));
  return results;
}

}  // namespace foreview
