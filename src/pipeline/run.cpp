#include "pipeline/run.h"

#include <functional>

#include "core/files.h"
#include "core/log.h"
#include "core/text.h"
#include "dataset/target.h"
#include "pipeline/stages.h"

namespace foreview {
namespace {

struct Stage {
  std::string name;
  std::function<void(RunContext&)> work;
};

// The whole flow.
const std::vector<Stage>& stages() {
  static const std::vector<Stage> all = {
      {"ingest", ingest},     {"prepare", [](RunContext& run) { prepare(run), group_duplicates(run); }},
      {"pretrain", pretrain}, {"embed", embed},
      {"train", train},       {"evaluate", [](RunContext& run) { evaluate_run(run); }},
      {"report", report},
  };
  return all;
}

void require_data_folder(const RunConfig& config) {
  if (config.data.empty())
    throw Error({.problem = "no data folder is named", .advice = "run: foreview run DATA --work W"}, ErrorKind::usage);
  if (!std::filesystem::is_directory(config.data))
    throw Error({.file = config.data,
                 .problem = "no such folder",
                 .advice = "name the folder that holds the videos and their metadata"},
                ErrorKind::usage);
}

}  // namespace

RunConfig resolve_config(const RunRequest& request) {
  const Workspace work{request.work};
  RunConfig config;
  if (request.data.empty() && std::filesystem::exists(work.config())) config.read_toml(work.config());
  if (!request.config_file.empty()) config.read_toml(request.config_file);
  for (const auto& [key, value] : request.settings) config.set(key, value);
  if (!request.data.empty()) config.data = std::filesystem::weakly_canonical(request.data).string();
  if (!config.text_model.empty()) config.text_model = std::filesystem::weakly_canonical(config.text_model).string();
  config.target = canonical_target(config.target, config.map);
  std::vector<std::string> fields = config.named_fields();
  for (std::string& field : fields) field = canonical_target(field, config.map);
  config.features = join(fields, ",");
  config.check();
  require_data_folder(config);
  return config;
}

std::unique_ptr<RunContext> open_run(const RunRequest& request) {
  if (request.work.empty())
    throw Error({.problem = "no workspace is named", .advice = "add --work FOLDER"}, ErrorKind::usage);
  RunConfig config = resolve_config(request);
  auto run =
      std::make_unique<RunContext>(std::move(config), Workspace{std::filesystem::weakly_canonical(request.work)});
  const std::string toml = run->config.to_toml();
  std::error_code ignored;
  if (!std::filesystem::exists(run->work.config(), ignored) || read_file(run->work.config()) != toml)
    write_file_atomically(run->work.config(), toml);
  return run;
}

const std::vector<std::string>& stage_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Stage& stage : stages()) all.push_back(stage.name);
    return all;
  }();
  return names;
}

void run_stage(RunContext& run, const std::string& name) {
  for (const Stage& stage : stages())
    if (stage.name == name) {
      log_event("stage", {{"name", name}});
      return stage.work(run);
    }
  throw Error({.problem = "no stage is called \"" + name + "\""}, ErrorKind::usage);
}

RunSummary run(const RunRequest& request) {
  const std::unique_ptr<RunContext> context = open_run(request);
  for (const std::string& stage : stage_names()) run_stage(*context, stage);
  const Results results = read_results(context->work);
  return {.table = results.table(),
          .verdict = name_of(results.verdict),
          .model = context->work.model(),
          .report = context->work.report(),
          .metrics = context->work.metrics()};
}

}  // namespace foreview
