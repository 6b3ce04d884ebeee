#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "pipeline/run.h"
#include "pipeline/stages.h"

namespace foreview::cli {
namespace {

const std::map<std::string, std::string> kStageHelp = {
    {"ingest", "stage 1: metadata and media files into the catalog"},
    {"prepare", "stage 2: frames, sound and transcripts"},
    {"pretrain", "stage 3: the visual encoder, without labels"},
    {"embed", "stage 4: visual and audio features"},
    {"train", "stage 5: all models"},
    {"evaluate", "stage 6: held-out figures (--json prints them)"},
    {"report", "stage 7: the HTML report"},
};

void print_results(const RunContext& run, bool json) {
  const Results results = read_results(run.work);
  if (json)
    std::printf("%s\n", results.to_json().dump(2).c_str());
  else
    std::printf("%s", results.table().c_str());
}

}  // namespace

void add_stage_commands(CLI::App& app) {
  for (const std::string& name : stage_names()) {
    auto request = std::make_shared<RunRequest>();
    auto json = std::make_shared<bool>(false);
    CLI::App* command = app.add_subcommand(name, kStageHelp.at(name));
    if (name == "ingest") command->add_option("DATA", request->data, "folder of videos and metadata");
    if (name == "evaluate") command->add_flag("--json", *json, "print metrics.json instead of the table");
    add_run_options(*command, *request);
    command->callback([name, request, json] {
      const std::unique_ptr<RunContext> run = open_run(*request);
      run_stage(*run, name);
      if (name == "evaluate") print_results(*run, *json);
      if (name == "report") std::printf("%s\n", run->work.report().c_str());
    });
  }
}

}  // namespace foreview::cli
