#include <fmt/format.h>

#include <algorithm>

#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "foreview/error.h"
#include "pipeline/baseline_trials.h"
#include "pipeline/evaluation_options.h"
#include "pipeline/feature_set.h"
#include "pipeline/prediction_file.h"
#include "pipeline/stages.h"
#include "pipeline/studies.h"

namespace foreview {
namespace {

ModelPredictions predictions_of(const ForecastModel& model, size_t index, const std::vector<VideoFeatures>& videos) {
  const ModelName& name = model.models()[index];
  ModelPredictions predictions{.name = name.name,
                               .role = name.role,
                               .track = name.track,
                               .prediction = {},
                               .low = {},
                               .high = {},
                               .within_training = name.within_training};
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

// The curve's last point is the run's own model.
void add_whole_curve(RunContext& run, TestSet& test) {
  if (!run.config.learning_curve) return;
  for (const ModelPredictions& model : test.models) {
    if (model.role != ModelRole::final_model || model.track != Track::author_free) continue;
    const auto train = load_feature_rows(run, Split::train).size() + load_feature_rows(run, Split::validation).size();
    test.variants.push_back({.study = Study::learning_curve, .train = static_cast<int>(train), .predictions = model});
    test.variants.back().predictions.name = "100 %";
  }
}

std::string state_of(RunContext& run) {
  const RunConfig& config = run.config;
  return fingerprint(fmt::format("{}|{}|{}|{}|{}", run.catalog.stage_state("train"),
                                 fmt::join(chosen_baselines(config.baselines), ","), config.baseline.canonical(),
                                 config.ablation, config.learning_curve));
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
  if (test.ids.empty()) return test;
  for (ModelPredictions& baseline : baseline_trials(run)) test.models.push_back(std::move(baseline));
  test.variants = study_trials(run);
  add_whole_curve(run, test);
  return test;
}

EvaluationOptions options_of(RunContext& run, const Target& target, size_t test_rows) {
  EvaluationOptions options = evaluation_options(run.config, target);
  options.train = static_cast<int>(load_feature_rows(run, Split::train).size());
  options.validation = static_cast<int>(load_feature_rows(run, Split::validation).size());
  options.test = static_cast<int>(test_rows);
  return options;
}

}  // namespace

Results read_results(const Workspace& work) {
  return Results::from_json(parse_json(read_file(work.metrics()), work.metrics()));
}

Results evaluate_run(RunContext& run) {
  require_stage(run, "train", "evaluate");
  const std::string state = state_of(run);
  if (run.catalog.stage_state("evaluate") == state && std::filesystem::exists(run.work.metrics()) &&
      std::filesystem::exists(run.work.predictions())) {
    stage_line("evaluate", "up to date");
    return read_results(run.work);
  }
  ForecastModel model = ForecastModel::load(run.work.model(), run.device);
  const TestSet test = predict_test(run, model);
  const Results results = evaluate(test, options_of(run, model.target(), test.ids.size()));
  write_file_atomically(run.work.predictions(), predictions_to_json(test, model.target()).dump(1) + "\n");
  write_file_atomically(run.work.metrics(), results.to_json().dump(2) + "\n");
  model.extra()["held_out"] = results.to_json();
  model.save(run.work.model());
  run.catalog.set_stage_state("evaluate", state);
  stage_line("evaluate", fmt::format("{} test videos; {}", test.ids.size(), name_of(results.verdict)));
  return results;
}

}  // namespace foreview
