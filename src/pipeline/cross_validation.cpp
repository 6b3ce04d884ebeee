#include "pipeline/cross_validation.h"

#include <fmt/format.h>

#include "core/files.h"
#include "core/json.h"
#include "core/log.h"
#include "dataset/target.h"
#include "pipeline/evaluation_options.h"
#include "pipeline/prediction_file.h"
#include "pipeline/run.h"
#include "pipeline/stages.h"

namespace foreview {
namespace {

/// One scale for all folds: they could choose different ones from their own labels.
Target target_of_all(RunContext& run) {
  std::vector<double> labels;
  run.catalog.for_each_video([&](const Video& video) {
    if (video.label) labels.push_back(video.label->value);
  });
  if (labels.size() < 2)
    throw Error({.file = run.config.data,
                 .problem = fmt::format("only {} video(s) with a {}", labels.size(), run.config.target),
                 .expected = "some hundreds",
                 .advice = "add videos with their numbers"});
  return resolve_target(run.config.target, *transform_choice_from_name(run.config.transform), labels);
}

RunConfig fold_config(const RunContext& run, const Target& target, int folds, int seed, int fold) {
  RunConfig config = run.config;
  config.transform = std::string(name_of(target.transform));
  config.folds = folds;
  config.fold = fold;
  config.seed = run.config.seed + seed - 1;
  config.ablation = config.learning_curve = false;
  config.check();
  return config;
}

/// The stages of one fold, up to its predictions. The workspace's encoder stands in for the fold's own when given.
void run_fold(RunContext& fold, const std::filesystem::path& shared_encoder) {
  for (const std::string& stage : stage_names()) {
    if (stage == "report") continue;
    if (stage == "pretrain" && !shared_encoder.empty()) {
      std::filesystem::create_directories(fold.work.encoder_weights().parent_path());
      std::filesystem::copy_file(shared_encoder, fold.work.encoder_weights(),
                                 std::filesystem::copy_options::overwrite_existing);
      fold.catalog.set_stage_state("pretrain", "shared encoder");
      continue;
    }
    run_stage(fold, stage);
  }
}

EvaluationOptions options_of(const RunContext& run, const Target& target, const FoldedTest& all, int folds) {
  EvaluationOptions options = evaluation_options(run.config, target);
  options.train = static_cast<int>(all.rows.ids.size()) * (folds - 1) / folds;
  return options;
}

FoldedTest test_seed(RunContext& run, const Target& target, const CrossValidationOptions& options, int seed) {
  std::vector<TestSet> tests;
  for (int fold = 1; fold <= options.folds; ++fold) {
    info_line(fmt::format("cross-validate: seed {} of {}, fold {} of {}", seed, options.seeds, fold, options.folds));
    RunContext context(fold_config(run, target, options.folds, seed, fold), run.work.fold(seed, fold));
    const bool shares = options.shared_encoder && std::filesystem::exists(run.work.encoder_weights());
    run_fold(context, shares ? run.work.encoder_weights() : std::filesystem::path());
    tests.push_back(read_predictions(context.work.predictions()));
  }
  open_log_file(run.work.log());
  FoldedTest joined = join_folds(seed, tests);
  nlohmann::json json = predictions_to_json(joined.rows, target);
  json["fold"] = joined.fold_of_row;
  write_file_atomically(run.work.fold_predictions(seed), json.dump(1) + "\n");
  return joined;
}

}  // namespace

FoldScores cross_validate(const RunRequest& request, const CrossValidationOptions& options) {
  RunRequest whole = request;
  for (const char* key : {"folds", "fold"}) whole.settings.erase(key);  // these are the folds' own
  const std::unique_ptr<RunContext> run = open_run(whole);
  if (run->config.split == "time")
    throw Error({.problem = "a split by time has one past and one future, no folds",
                 .advice = "use --split random, author or topic"},
                ErrorKind::usage);
  for (const char* stage : {"ingest", "prepare"}) run_stage(*run, stage);
  if (options.shared_encoder) run_stage(*run, "pretrain");
  const Target target = target_of_all(*run);
  std::vector<FoldedTest> seeds;
  for (int seed = 1; seed <= options.seeds; ++seed) seeds.push_back(test_seed(*run, target, options, seed));
  FoldScores scores = score_folds(seeds, options_of(*run, target, seeds.front(), options.folds));
  scores.shared_encoder = options.shared_encoder;
  write_file_atomically(run->work.cross_validation(), dump_json(scores.to_json(), 2) + "\n");
  return scores;
}

}  // namespace foreview
