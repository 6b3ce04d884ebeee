#include "pipeline/baseline_trials.h"

#include <fmt/format.h>

#include <optional>

#include "baselines/baseline.h"
#include "pipeline/training_set.h"

namespace foreview {
namespace {

BaselineTask task_of(RunContext& run) {
  TrainingSet set = load_training_set(run, run.use);
  TestInputs test = load_test_inputs(run, run.use);
  const Target target = target_of(run.config, set.videos);
  return {.train = std::move(set.videos),
          .train_tracks = std::move(set.tracks),
          .test = std::move(test.videos),
          .test_tracks = std::move(test.tracks),
          .target = target};
}

Trial fit(const RunContext& run, const std::string& name, const BaselineTask& task) {
  Trial trial{.predictions = {.name = name,
                              .role = ModelRole::baseline,
                              .track = Track::author_free,
                              .prediction = {},
                              .low = {},
                              .high = {}},
              .train = 0};
  const auto predictions = baseline_predictions(name, task, run.config.baseline,
                                                static_cast<uint64_t>(run.config.seed), run.device);
  if (!predictions) {
    stage_line("train", fmt::format("baseline {} is left out: no training video has what it reads", name));
    return trial;
  }
  trial.train = task.train.size();
  for (const Prediction& one : *predictions) {
    trial.predictions.prediction.push_back(one.median);
    trial.predictions.low.push_back(one.low);
    trial.predictions.high.push_back(one.high);
  }
  return trial;
}

}  // namespace

std::vector<ModelPredictions> baseline_trials(RunContext& run) {
  std::optional<BaselineTask> task;
  std::vector<ModelPredictions> all;
  for (const std::string& name : chosen_baselines(run.config.baselines)) {
    const bool reads_frames = name.starts_with("cnn");
    const std::string settings = reads_frames ? run.tracks_encoder() + run.config.baseline.canonical() : "";
    Trial trial = stored_trial(run, name, settings, [&] {
      if (!task) task = task_of(run);
      stage_line("train", "baseline " + name);
      return fit(run, name, *task);
    });
    if (trial.train > 0) all.push_back(std::move(trial.predictions));
  }
  return all;
}

}  // namespace foreview
