#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "core/text.h"
#include "evaluation/results.h"
#include "foreview/error.h"

// metrics.json, schema 1. docs/formats/metrics-json.md describes it.
namespace foreview {
namespace {

constexpr int kSchema = 1;

using MetricField = std::optional<double> Metrics::*;
constexpr std::array<std::pair<const char*, MetricField>, 12> kMetrics{{{"nmse", &Metrics::nmse},
                                                                        {"r2", &Metrics::r2},
                                                                        {"spearman", &Metrics::spearman},
                                                                        {"mae", &Metrics::mae},
                                                                        {"rmse", &Metrics::rmse},
                                                                        {"mape", &Metrics::mape},
                                                                        {"mae_raw", &Metrics::mae_raw},
                                                                        {"mse_raw", &Metrics::mse_raw},
                                                                        {"coverage80", &Metrics::coverage80},
                                                                        {"width80", &Metrics::width80},
                                                                        {"auc", &Metrics::auc},
                                                                        {"accuracy", &Metrics::accuracy}}};

[[noreturn]] void refuse(const std::string& problem, const std::string& expected, const std::string& got) {
  throw Error({.file = "metrics.json",
               .problem = problem,
               .expected = expected,
               .got = got,
               .advice = "remove the file and evaluate again"});
}

const nlohmann::json& member(const nlohmann::json& object, const std::string& key, const std::string& expected) {
  if (!object.is_object()) refuse("'" + key + "' has no object around it", "an object", object.type_name());
  const auto found = object.find(key);
  if (found == object.end()) refuse("'" + key + "' is missing", expected, "nothing");
  return *found;
}

std::string text_at(const nlohmann::json& object, const std::string& key) {
  const nlohmann::json& value = member(object, key, "text");
  if (!value.is_string()) refuse("'" + key + "' is no text", "text", value.type_name());
  return value.get<std::string>();
}

double number_at(const nlohmann::json& object, const std::string& key) {
  const nlohmann::json& value = member(object, key, "a number");
  if (!value.is_number()) refuse("'" + key + "' is no number", "a number", value.type_name());
  return value.get<double>();
}

int count_at(const nlohmann::json& object, const std::string& key) {
  const double value = number_at(object, key);
  if (!(value >= 0 && value <= std::numeric_limits<int>::max()) || value != std::floor(value))
    refuse("'" + key + "' is no count", "a whole number from 0 up", fmt::format("{}", value));
  return static_cast<int>(value);
}

nlohmann::json metrics_to_json(const Metrics& metrics) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [key, field] : kMetrics) {
    const std::optional<double>& value = metrics.*field;
    if (value && std::isfinite(*value)) json[key] = *value;
  }
  return json;
}

Metrics metrics_from_json(const nlohmann::json& json) {
  Metrics metrics;
  for (const auto& [key, field] : kMetrics)
    if (json.contains(key)) metrics.*field = number_at(json, key);
  return metrics;
}

void difference_to_json(const std::optional<PairedDifference>& difference, const char* key, nlohmann::json& json) {
  if (difference)
    json[key] = {{"delta_nmse", difference->delta}, {"low", difference->low}, {"high", difference->high}};
}

std::optional<PairedDifference> difference_from_json(const nlohmann::json& json, const char* key) {
  if (!json.contains(key)) return std::nullopt;
  return PairedDifference{number_at(json[key], "delta_nmse"), number_at(json[key], "low"),
                          number_at(json[key], "high")};
}

nlohmann::json variant_to_json(const VariantResult& variant) {
  nlohmann::json json{{"study", name_of(variant.study)},
                      {"name", clean_utf8(variant.name)},
                      {"track", name_of(variant.track)},
                      {"train", variant.train},
                      {"test", metrics_to_json(variant.test)}};
  if (!variant.best_floor.empty()) json["best_floor"] = clean_utf8(variant.best_floor);
  difference_to_json(variant.against_final, "against_final", json);
  difference_to_json(variant.against_best_floor, "against_best_floor", json);
  return json;
}

VariantResult variant_from_json(const nlohmann::json& json) {
  VariantResult variant{.study = study_from_name(text_at(json, "study")),
                        .name = text_at(json, "name"),
                        .track = track_from_name(text_at(json, "track")),
                        .train = count_at(json, "train"),
                        .test = metrics_from_json(member(json, "test", "an object of metrics"))};
  if (json.contains("best_floor")) variant.best_floor = text_at(json, "best_floor");
  variant.against_final = difference_from_json(json, "against_final");
  variant.against_best_floor = difference_from_json(json, "against_best_floor");
  return variant;
}

std::optional<CrossValidated> cross_validated_from_json(const nlohmann::json& json) {
  if (!json.contains("within_training")) return std::nullopt;
  CrossValidated within{.nmse = number_at(json["within_training"], "nmse"), .weight = {}};
  if (json["within_training"].contains("weight")) within.weight = number_at(json["within_training"], "weight");
  return within;
}

nlohmann::json model_to_json(const ModelResult& model) {
  nlohmann::json json{{"name", clean_utf8(model.name)},
                      {"role", name_of(model.role)},
                      {"track", name_of(model.track)},
                      {"test", metrics_to_json(model.test)}};
  for (const QuantileLevel& level : model.calibration)
    json["calibration"].push_back({{"level", level.level}, {"observed", level.observed}});
  if (model.within_training) {
    json["within_training"] = {{"nmse", model.within_training->nmse}};
    if (model.within_training->weight) json["within_training"]["weight"] = *model.within_training->weight;
  }
  if (!model.best_floor.empty()) json["best_floor"] = clean_utf8(model.best_floor);
  difference_to_json(model.against_best_floor, "against_best_floor", json);
  for (const ReliabilityBin& bin : model.reliability)
    json["reliability"].push_back({{"count", bin.count},
                                   {"prediction", bin.prediction},
                                   {"truth", bin.truth},
                                   {"coverage80", bin.coverage},
                                   {"width80", bin.width}});
  return json;
}

ModelResult model_from_json(const nlohmann::json& json) {
  ModelResult model;
  model.name = text_at(json, "name");
  model.role = model_role_from_name(text_at(json, "role"));
  model.track = track_from_name(text_at(json, "track"));
  const nlohmann::json& test = member(json, "test", "an object of metrics");
  if (!test.is_object())
    refuse("'test' of model '" + clean_utf8(model.name) + "' is no object", "an object", test.type_name());
  model.test = metrics_from_json(test);
  model.within_training = cross_validated_from_json(json);
  if (json.contains("best_floor")) model.best_floor = text_at(json, "best_floor");
  model.against_best_floor = difference_from_json(json, "against_best_floor");
  if (json.contains("calibration")) {
    if (!json["calibration"].is_array()) refuse("'calibration' is no list", "a list", json["calibration"].type_name());
    for (const nlohmann::json& level : json["calibration"])
      model.calibration.push_back({.level = number_at(level, "level"), .observed = number_at(level, "observed")});
  }
  if (json.contains("reliability")) {
    if (!json["reliability"].is_array()) refuse("'reliability' is no list", "a list", json["reliability"].type_name());
    for (const nlohmann::json& bin : json["reliability"])
      model.reliability.push_back({.count = count_at(bin, "count"),
                                   .prediction = number_at(bin, "prediction"),
                                   .truth = number_at(bin, "truth"),
                                   .coverage = number_at(bin, "coverage80"),
                                   .width = number_at(bin, "width80")});
  }
  return model;
}

Verdict verdict_from_name(const std::string& name) {
  for (const Verdict verdict : {Verdict::skill, Verdict::no_skill, Verdict::too_few_videos})
    if (name == name_of(verdict)) return verdict;
  refuse("unknown verdict", "skill, no skill or too few videos", "'" + clean_utf8(name) + "'");
}

}  // namespace

nlohmann::json Results::to_json() const {
  nlohmann::json json{{"schema", kSchema},
                      {"target", clean_utf8(options.target)},
                      {"transform", options.transform},
                      {"split",
                       {{"kind", options.split_kind},
                        {"train", options.train},
                        {"validation", options.validation},
                        {"test", options.test}}},
                      {"models", nlohmann::json::array()},
                      {"verdict", name_of(verdict)}};
  for (const ModelResult& model : models) json["models"].push_back(model_to_json(model));
  for (const VariantResult& variant : variants) json["variants"].push_back(variant_to_json(variant));
  return json;
}

Results Results::from_json(const nlohmann::json& json) {
  const nlohmann::json& schema = member(json, "schema", "1");
  if (schema != kSchema)
    refuse("written in another form", fmt::format("schema {}", kSchema), schema.dump().substr(0, 40));
  Results results;
  results.options.target = text_at(json, "target");
  results.options.transform = text_at(json, "transform");
  results.options.log1p = results.options.transform == "log1p";
  const nlohmann::json& split = member(json, "split", "an object");
  results.options.split_kind = text_at(split, "kind");
  results.options.train = count_at(split, "train");
  results.options.validation = count_at(split, "validation");
  results.options.test = count_at(split, "test");
  const nlohmann::json& models = member(json, "models", "a list");
  if (!models.is_array()) refuse("'models' is no list", "a list", models.type_name());
  for (const nlohmann::json& model : models) {
    results.models.push_back(model_from_json(model));
    results.options.binary = results.options.binary || results.models.back().test.accuracy.has_value();
  }
  results.verdict = verdict_from_name(text_at(json, "verdict"));
  if (!json.contains("variants")) return results;
  if (!json["variants"].is_array()) refuse("'variants' is no list", "a list", json["variants"].type_name());
  for (const nlohmann::json& variant : json["variants"]) results.variants.push_back(variant_from_json(variant));
  return results;
}

}  // namespace foreview
