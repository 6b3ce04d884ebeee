#include <cstdio>
#include <memory>

#include "cli/command.h"

namespace foreview::cli {

void add_run_command(CLI::App& app) {
  auto request = std::make_shared<RunRequest>();
  CLI::App* command = app.add_subcommand("run", "a folder of videos in, an evaluated model and a report out");
  command->add_option("DATA", request->data, "folder of videos and metadata (default: the workspace's own)");
  add_run_options(*command, *request);
  command->callback([request] {
    const RunSummary summary = run(*request);
    std::printf("%s\nreport  %s\nfigures %s\nmodel   %s\nnext    foreview predict --model %s VIDEO.mp4\n",
                summary.table.c_str(), summary.report.c_str(), summary.metrics.c_str(), summary.model.c_str(),
                summary.model.c_str());
  });
}

}  // namespace foreview::cli
