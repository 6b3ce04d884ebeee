#include "cli/command.h"

namespace foreview::cli {
namespace {

// A flag that sets one key of config.toml.
void setting(CLI::App& command, RunRequest& request, const std::string& flag, const std::string& key,
             const std::string& help) {
  command.add_option_function<std::string>(
      flag, [&request, key](const std::string& text) { request.settings[key] = text; }, help);
}

}  // namespace

void add_run_options(CLI::App& command, RunRequest& request) {
  command.add_option("--work", request.work, "workspace folder; made if missing")->required();
  command.add_option("--config", request.config_file, "TOML file with settings (see docs/formats/config.md)");
  setting(command, request, "--target", "target", "the number to predict, or a ratio of two (default view_count)");
  command.add_option_function<std::vector<std::string>>(
      "--map",
      [&request](const std::vector<std::string>& pairs) {
        std::string& map = request.settings["map"];
        for (const std::string& pair : pairs) map += (map.empty() ? "" : ",") + pair;
      },
      "your name of a field, FIELD=NAME, e.g. view_count=plays; once for each field");
  setting(command, request, "--min-age", "min_age",
          "leave out labels read earlier than this after posting: 36h, 7d, 2w");
  setting(command, request, "--transform", "transform", "auto, log1p or none");
  setting(command, request, "--split", "split", "random, time or author");
  setting(command, request, "--use", "use", "any of visual,audio,speech,caption,metadata");
  setting(command, request, "--seed", "seed", "same seed, same results (default 1)");
  setting(command, request, "--device", "device", "auto, cpu or cuda");
  command.add_option_function<std::vector<std::string>>(
      "--set",
      [&request](const std::vector<std::string>& pairs) {
        for (const std::string& pair : pairs) {
          const size_t equals = pair.find('=');
          if (equals == std::string::npos) throw CLI::ValidationError("--set", "needs KEY=VALUE, got " + pair);
          request.settings[pair.substr(0, equals)] = pair.substr(equals + 1);
        }
      },
      "any setting, KEY=VALUE, e.g. pretrain.steps=200");
}

}  // namespace foreview::cli
