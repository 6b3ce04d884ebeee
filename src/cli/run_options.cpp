#include "baselines/baseline.h"
#include "cli/command.h"
#include "cli/pulled_whisper.h"
#include "core/text.h"
#include "hub/model_cache.h"

namespace foreview::cli {
namespace {

// A flag that sets one key of config.toml.
void setting(CLI::App& command, RunRequest& request, const std::string& flag, const std::string& key,
             const std::string& help) {
  command.add_option_function<std::string>(
      flag, [&request, key](const std::string& text) { request.settings[key] = text; }, help);
}

void switch_setting(CLI::App& command, RunRequest& request, const std::string& flag, const std::string& key,
                    const std::string& help) {
  command.add_flag_function(flag, [&request, key](int64_t) { request.settings[key] = "true"; }, help);
}

// The same for one that may be given several times; the values are joined by commas.
void list_setting(CLI::App& command, RunRequest& request, const std::string& flag, const std::string& key,
                  const std::string& help) {
  command.add_option_function<std::vector<std::string>>(
      flag,
      [&request, key](const std::vector<std::string>& values) {
        std::string& all = request.settings[key];
        for (const std::string& value : values) all += (all.empty() ? "" : ",") + value;
      },
      help);
}

}  // namespace

void add_run_options(CLI::App& command, RunRequest& request) {
  command.add_option("--work", request.work, "workspace folder; made if missing")->required();
  command.add_option("--config", request.config_file, "TOML file with settings (see docs/formats/config.md)");
  setting(command, request, "--target", "target", "the number to predict, or a ratio of two (default view_count)");
  list_setting(command, request, "--map", "map",
               "your name of a field, FIELD=NAME, e.g. view_count=plays; once for each field");
  list_setting(command, request, "--join", "join",
               "a table that says more of the records, FILE:KEY, e.g. authors.csv:uploader_id; once for each file");
  setting(command, request, "--min-age", "min_age",
          "leave out labels read earlier than this after posting: 36h, 7d, 2w");
  switch_setting(command, request, "--age-adjust", "age_adjust",
                 "tell labels as they would have been at one age after posting");
  setting(command, request, "--transform", "transform", "auto, log1p or none");
  setting(command, request, "--split", "split", "random, time, author or topic");
  setting(command, request, "--folds", "folds", "cross-validation with so many folds (see --fold)");
  setting(command, request, "--fold", "fold", "which of them is the test, from 1");
  setting(command, request, "--use", "use", "any of visual,audio,speech,caption,metadata");
  setting(command, request, "--transcriber", "transcriber",
          "where transcripts come from: auto, whisper, pocketsphinx, sidecar or none");
  command.add_option_function<std::string>(
      "--whisper-model",
      [&request](const std::string& name) {
        request.settings["whisper.model"] = model_location(hub_settings_from_environment(), name);
      },
      "Whisper: a Hugging Face folder, a ggml .bin, or the id of a pulled model (see foreview model)");
  setting(command, request, "--text-model", "text_model",
          "a sentence-transformers folder of the BERT family, for captions and transcripts");
  setting(command, request, "--baseline", "baseline.names",
          "simple models to train beside: any of " + join(baseline_names(), ","));
  switch_setting(command, request, "--ablation", "ablation",
                 "also train with each kind of input left out and alone, and tell what it is worth");
  switch_setting(command, request, "--learning-curve", "learning_curve",
                 "also train on 10 and 30 % of the videos, and tell whether more would help");
  setting(command, request, "--features", "features", "numbers of the records to use by name, NAME,NAME,...");
  setting(command, request, "--time-limit", "pretrain.time_limit",
          "seconds after which pretraining stops with what it has; the next run goes on");
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
  command.parse_complete_callback([&request] { choose_pulled_whisper(request); });
}

}  // namespace foreview::cli
