#include "visual/visual_weights.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

using nlohmann::json;

constexpr const char* format_name = "foreview visual encoder";
constexpr const char* format_version = "6";

json json_of(const PretrainOptions& options) {
  return {{"bottleneck", options.bottleneck},
          {"clip_frames", options.clip_frames},
          {"clip_stride", options.clip_stride},
          {"input_width", options.input_width},
          {"input_height", options.input_height},
          {"hidden_channels", options.hidden_channels},
          {"future_frames", options.future_frames},
          {"target_differences", options.target_differences},
          {"steps", options.steps},
          {"batch", options.batch},
          {"learning_rate", options.learning_rate},
          {"weight_decay", options.weight_decay},
          {"gradient_clip", options.gradient_clip},
          {"checkpoint_every", options.checkpoint_every},
          {"patience", options.patience},
          {"contrast_steps", options.contrast_steps},
          {"contrast_batch", options.contrast_batch},
          {"contrast_frames", options.contrast_frames},
          {"motion_size", options.motion_size},
          {"motion_channels", options.motion_channels},
          {"contrast_learning_rate", options.contrast_learning_rate},
          {"contrast_temperature", options.contrast_temperature},
          {"readout_pairs", options.readout_pairs},
          {"precision", options.precision}};
}

PretrainOptions options_of(const json& from) {
  return {.bottleneck = from.at("bottleneck").get<int>(),
          .clip_frames = from.at("clip_frames").get<int>(),
          .clip_stride = from.at("clip_stride").get<int>(),
          .input_width = from.at("input_width").get<int>(),
          .input_height = from.at("input_height").get<int>(),
          .hidden_channels = from.at("hidden_channels").get<int>(),
          .future_frames = from.at("future_frames").get<int>(),
          .target_differences = from.at("target_differences").get<bool>(),
          .steps = from.at("steps").get<int>(),
          .batch = from.at("batch").get<int>(),
          .learning_rate = from.at("learning_rate").get<double>(),
          .weight_decay = from.at("weight_decay").get<double>(),
          .gradient_clip = from.at("gradient_clip").get<double>(),
          .checkpoint_every = from.at("checkpoint_every").get<int>(),
          .patience = from.at("patience").get<int>(),
          .contrast_steps = from.at("contrast_steps").get<int>(),
          .contrast_batch = from.at("contrast_batch").get<int>(),
          .contrast_frames = from.at("contrast_frames").get<int>(),
          .motion_size = from.at("motion_size").get<int>(),
          .motion_channels = from.at("motion_channels").get<int>(),
          .contrast_learning_rate = from.at("contrast_learning_rate").get<double>(),
          .contrast_temperature = from.at("contrast_temperature").get<double>(),
          .readout_pairs = from.at("readout_pairs").get<int>(),
          .precision = from.value("precision", "f32")};
}

// JSON has no NaN: a loss that was not measured is null.
json json_of(const std::vector<CurvePoint>& curve) {
  json points = json::array();
  for (const CurvePoint& point : curve) {
    points.push_back({{"step", point.step},
                      {"train_loss", point.train_loss},
                      {"validation_loss", std::isnan(point.validation_loss) ? json() : json(point.validation_loss)}});
  }
  return points;
}

std::vector<CurvePoint> curve_of(const json& points) {
  std::vector<CurvePoint> curve;
  for (const json& point : points) {
    const json& validation = point.at("validation_loss");
    curve.push_back({.step = point.at("step").get<int>(),
                     .train_loss = point.at("train_loss").get<double>(),
                     .validation_loss =
                         validation.is_null() ? std::numeric_limits<double>::quiet_NaN() : validation.get<double>()});
  }
  return curve;
}

json json_of(const PretrainResult& result) {
  return {{"curve", json_of(result.curve)},
          {"contrast_curve", json_of(result.contrast_curve)},
          {"reconstruction_error", result.reconstruction_error},
          {"mean_frame_error", result.mean_frame_error},
          {"last_frame_error", result.last_frame_error},
          {"future_error", result.future_error},
          {"future_last_frame_error", result.future_last_frame_error},
          {"train_clips", result.train_clips},
          {"validation_clips", result.validation_clips},
          {"measured_on_validation", result.measured_on_validation},
          {"out_of_time", result.out_of_time}};
}

PretrainResult result_of(const json& from) {
  return {.curve = curve_of(from.at("curve")),
          .reconstruction_error = from.at("reconstruction_error").get<double>(),
          .mean_frame_error = from.at("mean_frame_error").get<double>(),
          .last_frame_error = from.at("last_frame_error").get<double>(),
          .future_error = from.at("future_error").get<double>(),
          .future_last_frame_error = from.at("future_last_frame_error").get<double>(),
          .train_clips = from.at("train_clips").get<int>(),
          .validation_clips = from.at("validation_clips").get<int>(),
          .measured_on_validation = from.at("measured_on_validation").get<bool>(),
          .contrast_curve = curve_of(from.at("contrast_curve")),
          .out_of_time = from.at("out_of_time").get<bool>()};
}

std::string metadata_entry(const std::map<std::string, std::string>& metadata, const std::string& key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? std::string() : found->second;
}

void check_format(const std::map<std::string, std::string>& metadata, const std::filesystem::path& file) {
  const std::string format = metadata_entry(metadata, "format"), version = metadata_entry(metadata, "format_version");
  if (format == format_name && version == format_version) return;
  const std::string got = format.empty() ? "no format name" : format + " " + version;
  throw Error({.file = file.string(),
               .problem = "is no weights file of the visual encoder that this version reads",
               .expected = std::string(format_name) + " " + format_version,
               .got = clean_utf8(got.substr(0, 80)),
               .advice = "pretrain again, or use a model folder of this version"});
}

void check_range(const char* key, double value, double low, double high, const std::filesystem::path& file) {
  if (value >= low && value <= high) return;  // false for NaN too
  const auto text = [](double number) { return json(number).dump(); };
  throw Error({.file = file.string(),
               .problem = std::string("pretrain.") + key + " is out of range",
               .expected = text(low) + " to " + text(high),
               .got = text(value),
               .advice = file.empty() ? "choose a value in the range" : "the file is damaged: pretrain again"},
              file.empty() ? ErrorKind::usage : ErrorKind::failed);
}

}  // namespace

std::string PretrainOptions::canonical() const { return "convlstm-autoencoder-6 " + json_of(*this).dump(); }

void check_options(const PretrainOptions& options, const std::filesystem::path& file) {
  check_range("bottleneck", options.bottleneck, 1, 4096, file);
  check_range("clip_frames", options.clip_frames, 1, 256, file);
  check_range("clip_stride", options.clip_stride, 1, 256, file);
  check_range("input_width", options.input_width, 8, 512, file);
  check_range("input_height", options.input_height, 8, 512, file);
  check_range("hidden_channels", options.hidden_channels, 1, 256, file);
  check_range("future_frames", options.future_frames, 0, 256, file);
  check_range("steps", options.steps, 1, 10'000'000, file);
  check_range("batch", options.batch, 1, 4096, file);
  check_range("learning_rate", options.learning_rate, 1e-8, 1, file);
  check_range("weight_decay", options.weight_decay, 0, 10, file);
  check_range("gradient_clip", options.gradient_clip, 1e-6, 1e6, file);
  check_range("checkpoint_every", options.checkpoint_every, 1, 1'000'000, file);
  check_range("patience", options.patience, 0, 1'000'000, file);
  check_range("contrast_steps", options.contrast_steps, 0, 10'000'000, file);
  check_range("contrast_batch", options.contrast_batch, 2, 4096, file);
  check_range("contrast_frames", options.contrast_frames, 3, 256, file);
  check_range("motion_size", options.motion_size, 16, 512, file);
  check_range("motion_size modulo 8", options.motion_size % 8, 0, 0, file);
  check_range("motion_channels", options.motion_channels, 0, 256, file);
  check_range("contrast_learning_rate", options.contrast_learning_rate, 1e-8, 1, file);
  check_range("contrast_temperature", options.contrast_temperature, 0.01, 100, file);
  check_range("readout_pairs", options.readout_pairs, 0, 1'000'000, file);
}

void save_visual_weights(const std::filesystem::path& file, const VisualWeights& weights) {
  save_tensors(file, weights.tensors,
               {{"format", format_name},
                {"format_version", format_version},
                {"options", json_of(weights.options).dump()},
                {"result", json_of(weights.result).dump()},
                {"seed", std::to_string(weights.seed)}});
}

VisualWeights load_visual_weights(const std::filesystem::path& file) {
  VisualWeights weights;
  std::map<std::string, std::string> metadata;
  weights.tensors = load_tensors(file, &metadata);
  check_format(metadata, file);
  try {
    weights.options = options_of(parse_json(metadata_entry(metadata, "options"), file));
    weights.result = result_of(parse_json(metadata_entry(metadata, "result"), file));
    weights.seed = parse_json(metadata_entry(metadata, "seed"), file).get<uint64_t>();
  } catch (const json::exception&) {
    throw Error({.file = file.string(),
                 .problem = "options or result of the visual encoder cannot be read",
                 .advice = "the file is damaged: pretrain again"});
  }
  check_options(weights.options, file);
  return weights;
}

PretrainResult read_pretrain_result(const std::filesystem::path& weights) {
  return load_visual_weights(weights).result;
}

}  // namespace foreview
