#include <cstdio>
#include <memory>

#include "cli/command.h"
#include "foreview/error.h"
#include "hub/model_cache.h"

namespace foreview::cli {
namespace {

double megabytes(uint64_t bytes) { return static_cast<double>(bytes) / 1e6; }

void print_models() {
  const HubSettings settings = hub_settings_from_environment();
  for (const CachedModel& model : list_cached_models(settings)) {
    std::printf("%s  %.1f MB%s\n", model.id.c_str(), megabytes(model.bytes),
                model.snapshots.empty() ? "  unfinished" : "");
    for (const std::filesystem::path& snapshot : model.snapshots) std::printf("  %s\n", snapshot.c_str());
  }
}

void verify_models(const std::string& id) {
  const HubSettings settings = hub_settings_from_environment();
  const std::vector<CachedModel> models =
      id.empty() ? list_cached_models(settings) : std::vector{find_cached_model(settings, id)};
  size_t bad = 0;
  for (const CachedModel& model : models) {
    const std::vector<std::string> problems = verify_cached_model(model);
    bad += problems.empty() ? 0 : 1;
    std::printf("%s  %s\n", model.id.c_str(), problems.empty() ? "good" : "bad");
    for (const std::string& problem : problems) std::printf("  %s\n", problem.c_str());
  }
  if (bad > 0)
    throw Error({.file = settings.cache.string(),
                 .problem = std::to_string(bad) + " models are not as the hub has them",
                 .advice = "remove them with `foreview model rm` and pull them again"});
}

}  // namespace

void add_model_command(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("model", "loads models from the Hugging Face hub into its cache folder, when asked");
  command->require_subcommand(1);
  auto id = std::make_shared<std::string>();
  auto revision = std::make_shared<std::string>("main");
  CLI::App* pull = command->add_subcommand("pull", "load a model, or go on loading it; prints its folder");
  pull->add_option("MODEL", *id, "such as openai/whisper-base")->required();
  pull->add_option("--revision", *revision, "branch, tag or commit (default main)");
  pull->callback(
      [id, revision] { std::printf("%s\n", pull_model(hub_settings_from_environment(), *id, *revision).c_str()); });
  command->add_subcommand("list", "the models in the cache and their folders")->callback(print_models);
  CLI::App* verify = command->add_subcommand("verify", "compare the files' checksums");
  verify->add_option("MODEL", *id, "default: all");
  verify->callback([id] { verify_models(*id); });
  CLI::App* rm = command->add_subcommand("rm", "remove a model from the cache");
  rm->add_option("MODEL", *id, "such as openai/whisper-base")->required();
  rm->callback([id] {
    const CachedModel model = find_cached_model(hub_settings_from_environment(), *id);
    remove_cached_model(model);
    std::printf("removed %s: %.1f MB freed\n", model.id.c_str(), megabytes(model.bytes));
  });
}

}  // namespace foreview::cli
