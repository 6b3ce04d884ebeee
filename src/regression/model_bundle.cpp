#include <fmt/format.h>

#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "foreview/error.h"
#include "regression/forecast_model_impl.h"
#include "regression/stored_values.h"

// The model folder, format version 7:
//   model.json             "format", "version", "target", "options", "label_scale", "floors", "tracks", "colour",
//                          "usual_distance", "history", "extra", and "files": the SHA-256 of each file below
//   fusion.safetensors     F32 transformer weights; F64 scalers and ridge weights
//   trees.json             XGBoost's own JSON models by name
//   text.json              vocabularies, text spaces and text ridges
//   reference.safetensors  F64 training labels (modelled scale, ascending) and positions of training rows
namespace foreview {
namespace {

namespace fs = std::filesystem;

constexpr const char* format_name = "foreview-model";
constexpr int format_version = 7;
constexpr const char* file_names[] = {"fusion.safetensors", "trees.json", "text.json", "reference.safetensors"};
constexpr const char* copy_anew = "copy the model folder anew or train again";

[[noreturn]] void refuse(const fs::path& file, const std::string& problem, const std::string& expected = "",
                         const std::string& got = "") {
  throw Error({.file = file.string(), .problem = problem, .expected = expected, .got = got, .advice = copy_anew});
}

nlohmann::json options_to_json(const TrainOptions& options) {
  return {{"model_dimension", options.model_dimension},
          {"layers", options.layers},
          {"heads", options.heads},
          {"dropout", options.dropout},
          {"modality_dropout", options.modality_dropout},
          {"epochs", options.epochs},
          {"batch", options.batch},
          {"learning_rate", options.learning_rate},
          {"weight_decay", options.weight_decay},
          {"members", options.members},
          {"text_dimension", options.text_dimension},
          {"tree_rounds", options.tree_rounds},
          {"perceptron_steps", options.perceptron_steps}};
}

TrainOptions options_from_json(const nlohmann::json& json) {
  TrainOptions options;
  options.model_dimension = json.at("model_dimension").get<int>();
  options.layers = json.at("layers").get<int>();
  options.heads = json.at("heads").get<int>();
  options.dropout = json.at("dropout").get<double>();
  options.modality_dropout = json.at("modality_dropout").get<double>();
  options.epochs = json.at("epochs").get<int>();
  options.batch = json.at("batch").get<int>();
  options.learning_rate = json.at("learning_rate").get<double>();
  options.weight_decay = json.at("weight_decay").get<double>();
  options.members = json.at("members").get<int>();
  options.text_dimension = json.at("text_dimension").get<int>();
  options.tree_rounds = json.at("tree_rounds").get<int>();
  options.perceptron_steps = json.value("perceptron_steps", options.perceptron_steps);
  return options;
}

nlohmann::json target_to_json(const Target& target) {
  return {{"name", target.name}, {"transform", std::string(name_of(target.transform))}, {"binary", target.binary}};
}

Target target_from_json(const nlohmann::json& json, const fs::path& file) {
  Target target;
  target.name = json.at("name").get<std::string>();
  target.binary = json.at("binary").get<bool>();
  const auto transform = json.at("transform").get<std::string>();
  if (transform != name_of(Transform::none) && transform != name_of(Transform::log1p))
    refuse(file, "unknown transform of the target", "none or log1p", transform);
  target.transform = transform == name_of(Transform::log1p) ? Transform::log1p : Transform::none;
  return target;
}

void check_header(const nlohmann::json& json, const fs::path& file) {
  if (!json.is_object() || !json.contains("format") || json["format"] != format_name)
    refuse(file, "this is no foreview model", format_name, "something else");
  const auto& version = json.contains("version") ? json["version"] : nlohmann::json();
  if (!version.is_number_integer() || version != format_version)
    throw Error({.file = file.string(),
                 .problem = "the model's format version is not known here",
                 .expected = std::to_string(format_version),
                 .got = version.dump(),
                 .advice = "update foreview, or train again with this version"});
}

void check_files(const nlohmann::json& model, const fs::path& folder) {
  for (const char* name : file_names) {
    const fs::path file = folder / name;
    if (!fs::is_regular_file(file)) refuse(file, "a file of the model is missing");
    const auto expected = model.at("files").at(name).get<std::string>();
    const auto got = sha256_file(file);
    if (got != expected)
      refuse(file, "this is not the file that the model was saved with", "SHA-256 " + expected.substr(0, 12),
             got.substr(0, 12));
  }
}

std::string text_of(const nlohmann::json& json) { return dump_json(json, 1) + "\n"; }

}  // namespace

void ForecastModel::save(const fs::path& folder) const {
  const Impl& impl = *impl_;
  SafetensorsFile fusion, reference;
  nlohmann::json trees = nlohmann::json::object(), tracks = nlohmann::json::object(), text = impl.space.text_to_json();
  impl.space.store(fusion);
  impl.floors.store(fusion);
  const auto add_track = [&](Track track, const TrackModel& model) {
    model.store(fusion);
    trees[name_of(track)] = model.trees_to_json();
    tracks[name_of(track)] = model.to_json();
    text["scores"][name_of(track)] = model.text_to_json();
  };
  add_track(Track::author_free, impl.author_free);
  if (impl.author_aware) add_track(Track::author_aware, *impl.author_aware);
  if (impl.colour_trees) trees["colour_histogram"] = impl.colour_trees->to_json();
  store_vector("labels", impl.sorted_labels, reference);
  store_matrix("positions", impl.neighbourhood.positions, reference);

  const std::string contents[] = {serialize_safetensors(fusion), text_of(trees), text_of(text),
                                  serialize_safetensors(reference)};
  nlohmann::json files;
  for (size_t i = 0; i < std::size(file_names); ++i) files[file_names[i]] = sha256_hex(contents[i]);
  const nlohmann::json model = {{"format", format_name},
                                {"version", format_version},
                                {"target", target_to_json(impl.target)},
                                {"options", options_to_json(impl.options)},
                                {"label_scale", impl.scale.to_json()},
                                {"floors", impl.floors.to_json()},
                                {"tracks", tracks},
                                {"colour_interval", impl.colour_interval.to_json()},
                                {"usual_distance", impl.neighbourhood.usual_distance},
                                {"history", impl.history},
                                {"extra", impl.extra},
                                {"files", files}};
  fs::create_directories(folder);
  for (size_t i = 0; i < std::size(file_names); ++i) write_file_atomically(folder / file_names[i], contents[i]);
  write_file_atomically(folder / "model.json", text_of(model));
}

ForecastModel ForecastModel::load(const fs::path& folder, const Device& device) {
  const fs::path file = folder / "model.json";
  if (!fs::is_regular_file(file))
    throw Error({.file = file.string(),
                 .problem = "no model here",
                 .expected = "",
                 .got = "",
                 .advice = "make one with: foreview run DATA --work W (the model is W/model)"});
  const nlohmann::json json = parse_json(read_file(file), file);
  check_header(json, file);
  ForecastModel model;
  Impl& impl = *model.impl_;
  try {
    check_files(json, folder);
    impl.target = target_from_json(json.at("target"), file);
    impl.options = options_from_json(json.at("options"));
    impl.scale = LabelScale::from_json(json.at("label_scale"));
    impl.history = json.at("history");
    impl.extra = json.at("extra");
    const SafetensorsFile fusion = read_safetensors(folder / "fusion.safetensors");
    const SafetensorsFile reference = read_safetensors(folder / "reference.safetensors");
    const fs::path trees_file = folder / "trees.json", text_file = folder / "text.json";
    const nlohmann::json trees = parse_json(read_file(trees_file), trees_file);
    const nlohmann::json text = parse_json(read_file(text_file), text_file);
    impl.space = TokenSpace::restore(text, text_file.string(), fusion);
    const auto dimensions = impl.space.dimensions();
    impl.floors = Floors::restore(json.at("floors"), fusion, dimensions);
    const auto load_track = [&](Track track) {
      return TrackModel::restore(track, json.at("tracks").at(name_of(track)), file.string(), trees.at(name_of(track)),
                                 trees_file.string(), text.at("scores").at(name_of(track)), text_file.string(), fusion,
                                 dimensions, device);
    };
    impl.author_free = load_track(Track::author_free);
    if (json.at("tracks").contains(name_of(Track::author_aware))) impl.author_aware = load_track(Track::author_aware);
    if (trees.contains("colour_histogram"))
      impl.colour_trees = GradientTrees::from_json(trees["colour_histogram"], histogram_columns, trees_file.string());
    impl.colour_interval = IntervalCalibration::from_json(json.at("colour_interval"));
    impl.sorted_labels = restore_vector("labels", reference);
    if (impl.sorted_labels.empty()) refuse(reference.file, "it holds no training labels");
    impl.neighbourhood.positions = restore_matrix("positions", reference);
    impl.neighbourhood.usual_distance = json.at("usual_distance").get<double>();
  } catch (const nlohmann::json::exception& error) {
    refuse(file, "something in the model is missing or of the wrong type: " + std::string(error.what()));
  }
  impl.list_models();
  return model;
}

}  // namespace foreview
