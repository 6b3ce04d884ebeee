#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "core/json.h"
#include "pipeline/cross_validation.h"

namespace foreview::cli {

void add_cross_validate_command(CLI::App& app) {
  auto request = std::make_shared<RunRequest>();
  auto json = std::make_shared<bool>(false);
  auto options = std::make_shared<CrossValidationOptions>();
  CLI::App* command = app.add_subcommand(
      "cross-validate", "test every video once, by models trained anew without its fold (slow, for small sets)");
  command->add_option("DATA", request->data, "folder of videos and metadata (default: the workspace's own)");
  command->add_option("--seeds", options->seeds, "repeat with so many draws of the folds")->check(CLI::Range(1, 100));
  command->add_flag("--shared-encoder", options->shared_encoder,
                    "one visual encoder for all folds (quicker; it has seen the test videos' pixels, never a label)");
  command->add_flag("--json", *json, "print JSON");
  add_run_options(*command, *request);
  command->get_option("--folds")->check(CLI::Range(2, 100));
  command->callback([request, json, options] {
    if (const auto folds = request->settings.find("folds"); folds != request->settings.end())
      options->folds = std::stoi(folds->second);
    const FoldScores scores = cross_validate(*request, *options);
    std::printf("%s", *json ? (dump_json(scores.to_json(), 2) + "\n").c_str() : scores.table().c_str());
  });
}

}  // namespace foreview::cli
