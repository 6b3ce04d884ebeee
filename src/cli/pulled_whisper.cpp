#include "cli/pulled_whisper.h"

#include "core/log.h"
#include "hub/model_cache.h"
#include "pipeline/run_config.h"

namespace foreview::cli {

std::string pulled_whisper_model() {
  const auto models = cached_models_of_type(hub_settings_from_environment(), "whisper");
  if (models.size() == 1) return models[0].second.string();
  std::string names;
  for (const auto& [id, folder] : models) names += (names.empty() ? "" : ", ") + id;
  if (!models.empty())
    warn_line("several Whisper models are pulled (" + names + "), so none is taken by itself: name one to use it");
  return "";
}

void choose_pulled_whisper(RunRequest& request) {
  if (request.data.empty()) return;
  RunConfig config;
  if (!request.config_file.empty()) config.read_toml(request.config_file);
  for (const auto& [key, value] : request.settings) config.set(key, value);
  if (config.transcriber.source != "auto" || !config.transcriber.whisper_model.empty()) return;
  if (const std::string model = pulled_whisper_model(); !model.empty()) request.settings["whisper.model"] = model;
}

}  // namespace foreview::cli
