#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "core/json.h"
#include "pipeline/run.h"
#include "pipeline/split_audit.h"

namespace foreview::cli {

void add_split_audit_command(CLI::App& app) {
  auto request = std::make_shared<RunRequest>();
  auto json = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand(
      "split-audit", "how a simple model fares under each kind of split, and which columns give the label away");
  command->add_flag("--json", *json, "print JSON");
  add_run_options(*command, *request);
  command->callback([request, json] {
    const std::unique_ptr<RunContext> run = open_run(*request);
    require_stage(*run, "ingest", "split-audit");
    const SplitAudit audit = audit_splits(*run);
    std::printf("%s\n", *json ? dump_json(audit.to_json(), 2).c_str() : audit.table().c_str());
  });
}

}  // namespace foreview::cli
