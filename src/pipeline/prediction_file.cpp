#include "pipeline/prediction_file.h"

#include "core/files.h"
#include "core/json.h"
#include "foreview/error.h"

namespace foreview {

nlohmann::json predictions_to_json(const TestSet& test, const Target& target) {
  nlohmann::json models = nlohmann::json::array();
  for (const ModelPredictions& model : test.models) {
    nlohmann::json entry{{"name", model.name},
                         {"role", name_of(model.role)},
                         {"track", name_of(model.track)},
                         {"prediction", model.prediction}};
    if (!model.low.empty()) {
      entry["low"] = model.low;
      entry["high"] = model.high;
    }
    models.push_back(std::move(entry));
  }
  nlohmann::json json{{"schema", 1},     {"target", target.name}, {"transform", name_of(target.transform)},
                      {"id", test.ids},  {"actual", test.truth},  {"actual_raw", test.truth_raw},
                      {"models", models}};
  if (!test.truth_low.empty())
    json["rounding"] = {{"low", test.truth_low},
                        {"high", test.truth_high},
                        {"raw_low", test.truth_raw_low},
                        {"raw_high", test.truth_raw_high}};
  return json;
}

TestSet read_predictions(const std::filesystem::path& file) {
  const nlohmann::json json = parse_json(read_file(file), file);
  try {
    const auto numbers = [](const nlohmann::json& list) { return list.get<std::vector<double>>(); };
    TestSet test;
    test.ids = json.at("id").get<std::vector<std::string>>();
    test.truth = numbers(json.at("actual"));
    test.truth_raw = numbers(json.at("actual_raw"));
    if (json.contains("rounding")) {
      const nlohmann::json& rounding = json["rounding"];
      test.truth_low = numbers(rounding.at("low"));
      test.truth_high = numbers(rounding.at("high"));
      test.truth_raw_low = numbers(rounding.at("raw_low"));
      test.truth_raw_high = numbers(rounding.at("raw_high"));
    }
    for (const nlohmann::json& model : json.at("models"))
      test.models.push_back({.name = model.at("name").get<std::string>(),
                             .role = model_role_from_name(model.at("role").get<std::string>()),
                             .track = track_from_name(model.at("track").get<std::string>()),
                             .prediction = numbers(model.at("prediction")),
                             .low = model.contains("low") ? numbers(model["low"]) : std::vector<double>(),
                             .high = model.contains("high") ? numbers(model["high"]) : std::vector<double>()});
    return test;
  } catch (const nlohmann::json::exception& error) {
    throw Error({.file = file.string(),
                 .problem = "the stored predictions are damaged: " + std::string(error.what()),
                 .advice = "remove the file and evaluate again"});
  }
}

}  // namespace foreview
