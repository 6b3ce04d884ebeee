#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "core/json.h"
#include "pipeline/embedding_probe.h"
#include "pipeline/run.h"

namespace foreview::cli {

void add_probe_embeddings_command(CLI::App& app) {
  auto request = std::make_shared<RunRequest>();
  auto json = std::make_shared<bool>(false);
  auto options = std::make_shared<ProbeOptions>();
  CLI::App* command =
      app.add_subcommand("probe-embeddings", "whether pretraining the visual encoder gave embeddings worth having");
  command->add_flag("--json", *json, "print JSON");
  command->add_option("--probe-folds", options->folds, "folds, grouped by author or topic")->check(CLI::Range(2, 50));
  command->add_option("--seeds", options->seeds, "repeat with so many draws of the folds")->check(CLI::Range(1, 100));
  command->add_flag("--within-folds", options->within_folds,
                    "pretrain anew for every fold, without its test videos (slow, the strictest answer)");
  add_run_options(*command, *request);
  command->callback([request, json, options] {
    const std::unique_ptr<RunContext> run = open_run(*request);
    require_stage(*run, "prepare", "probe-embeddings");
    const EmbeddingProbe probe = stored_probe(*run, *options);
    std::printf("%s", *json ? (dump_json(probe.to_json(), 2) + "\n").c_str() : probe.table().c_str());
  });
}

}  // namespace foreview::cli
