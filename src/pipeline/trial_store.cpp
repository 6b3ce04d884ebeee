#include "pipeline/trial_store.h"

#include <fmt/format.h>

#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"

namespace foreview {
namespace {

constexpr int schema = 1;

nlohmann::json to_json(const Trial& trial) {
  return {{"schema", schema},
          {"name", trial.predictions.name},
          {"role", name_of(trial.predictions.role)},
          {"track", name_of(trial.predictions.track)},
          {"train", trial.train},
          {"prediction", trial.predictions.prediction},
          {"low", trial.predictions.low},
          {"high", trial.predictions.high}};
}

Trial from_json(const nlohmann::json& json) {
  if (json.at("schema") != schema) throw nlohmann::json::other_error::create(501, "another schema", nullptr);
  return {.predictions = {.name = json.at("name").get<std::string>(),
                          .role = model_role_from_name(json.at("role").get<std::string>()),
                          .track = track_from_name(json.at("track").get<std::string>()),
                          .prediction = json.at("prediction").get<std::vector<double>>(),
                          .low = json.at("low").get<std::vector<double>>(),
                          .high = json.at("high").get<std::vector<double>>()},
          .train = json.at("train").get<size_t>()};
}

}  // namespace

Trial stored_trial(RunContext& run, const std::string& name, const std::string& settings,
                   const std::function<Trial()>& make) {
  const auto file = run.work.trials() / fmt::format("{}-{}.json", name,
                                                    fingerprint(run.catalog.stage_state("train") + "|" + settings));
  if (std::filesystem::exists(file)) {
    try {
      return from_json(parse_json(read_file(file), file));
    } catch (const nlohmann::json::exception& error) {
      warn_line(file.string() + " is damaged and is made anew: " + error.what());
    }
  }
  const Trial trial = make();
  std::filesystem::create_directories(file.parent_path());
  write_file_atomically(file, to_json(trial).dump() + "\n");
  return trial;
}

}  // namespace foreview
