#include "pipeline/run_config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <type_traits>

#include "core/files.h"
#include "core/text.h"
#include "dataset/posting_time.h"
#include "dataset/split.h"
#include "dataset/target.h"
#include "features/modalities.h"
#include "foreview/error.h"

namespace foreview {
namespace {

// The one list of keys: whatever stands here can be set, read and written.
template <class Config, class Visitor>
void visit_fields(Config& c, Visitor&& visit) {
  visit("data", c.data);
  visit("map", c.map);
  visit("join", c.join);
  visit("target", c.target);
  visit("min_age", c.min_age);
  visit("age_adjust", c.age_adjust);
  visit("transform", c.transform);
  visit("split", c.split);
  visit("folds", c.folds);
  visit("fold", c.fold);
  visit("validation_share", c.validation_share);
  visit("test_share", c.test_share);
  visit("use", c.use);
  visit("text_model", c.text_model);
  visit("features", c.features);
  visit("ablation", c.ablation);
  visit("learning_curve", c.learning_curve);
  visit("seed", c.seed);
  visit("device", c.device);
  visit("threads", c.threads);
  visit("transcriber", c.transcriber.source);
  visit("whisper.model", c.transcriber.whisper_model);
  visit("whisper.precision", c.transcriber.precision);
  visit("whisper.language", c.transcriber.language);
  visit("sampling.frames_per_second", c.sampling.frames_per_second);
  visit("sampling.width", c.sampling.width);
  visit("sampling.height", c.sampling.height);
  visit("sampling.most_seconds", c.sampling.most_seconds);
  visit("sampling.mode", c.sampling.mode);
  visit("pretrain.bottleneck", c.pretrain.bottleneck);
  visit("pretrain.clip_frames", c.pretrain.clip_frames);
  visit("pretrain.clip_stride", c.pretrain.clip_stride);
  visit("pretrain.input_width", c.pretrain.input_width);
  visit("pretrain.input_height", c.pretrain.input_height);
  visit("pretrain.hidden_channels", c.pretrain.hidden_channels);
  visit("pretrain.future_frames", c.pretrain.future_frames);
  visit("pretrain.target_differences", c.pretrain.target_differences);
  visit("pretrain.steps", c.pretrain.steps);
  visit("pretrain.batch", c.pretrain.batch);
  visit("pretrain.learning_rate", c.pretrain.learning_rate);
  visit("pretrain.weight_decay", c.pretrain.weight_decay);
  visit("pretrain.gradient_clip", c.pretrain.gradient_clip);
  visit("pretrain.checkpoint_every", c.pretrain.checkpoint_every);
  visit("pretrain.time_limit", c.pretrain_time_limit);
  visit("pretrain.patience", c.pretrain.patience);
  visit("pretrain.contrast_steps", c.pretrain.contrast_steps);
  visit("pretrain.contrast_batch", c.pretrain.contrast_batch);
  visit("pretrain.contrast_frames", c.pretrain.contrast_frames);
  visit("pretrain.motion_size", c.pretrain.motion_size);
  visit("pretrain.motion_channels", c.pretrain.motion_channels);
  visit("pretrain.contrast_learning_rate", c.pretrain.contrast_learning_rate);
  visit("pretrain.contrast_temperature", c.pretrain.contrast_temperature);
  visit("pretrain.readout_pairs", c.pretrain.readout_pairs);
  visit("pretrain.precision", c.pretrain.precision);
  visit("train.model_dimension", c.train.model_dimension);
  visit("train.layers", c.train.layers);
  visit("train.heads", c.train.heads);
  visit("train.dropout", c.train.dropout);
  visit("train.modality_dropout", c.train.modality_dropout);
  visit("train.epochs", c.train.epochs);
  visit("train.batch", c.train.batch);
  visit("train.learning_rate", c.train.learning_rate);
  visit("train.weight_decay", c.train.weight_decay);
  visit("train.members", c.train.members);
  visit("train.text_dimension", c.train.text_dimension);
  visit("train.tree_rounds", c.train.tree_rounds);
  visit("train.perceptron_steps", c.train.perceptron_steps);
  visit("baseline.names", c.baselines);
  visit("baseline.frames", c.baseline.frames);
  visit("baseline.width", c.baseline.width);
  visit("baseline.height", c.baseline.height);
  visit("baseline.epochs", c.baseline.epochs);
  visit("baseline.batch", c.baseline.batch);
  visit("baseline.learning_rate", c.baseline.learning_rate);
  visit("baseline.time_limit", c.baseline.time_limit);
  visit("baseline.most_videos", c.baseline.most_videos);
}

template <class T>
std::string type_name() {
  if constexpr (std::is_same_v<T, std::string>) return "text";
  if constexpr (std::is_same_v<T, bool>) return "true or false";
  if constexpr (std::is_integral_v<T>) return "a whole number";
  return "a number";
}

template <class T>
bool parse_value(const std::string& text, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    value = text;
    return true;
  } else if constexpr (std::is_same_v<T, bool>) {
    value = text == "true";
    return text == "true" || text == "false";
  } else {
    T parsed{};
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), parsed);
    if (code != std::errc{} || end != text.data() + text.size()) return false;
    value = parsed;
    return true;
  }
}

[[noreturn]] void unknown_key(const RunConfig& config, const std::string& key, const std::string& file) {
  std::vector<std::string> known;
  for (const auto& [name, value] : config.entries()) known.push_back(name);
  throw Error({.file = file,
               .problem = fmt::format("unknown setting \"{}\"", key),
               .advice = "did you mean " + join(nearest_names(key, known), " or ") + "?"},
              ErrorKind::usage);
}

// Dotted keys of all leaves of a TOML table.
void collect_leaves(const toml::table& table, const std::string& prefix,
                    std::vector<std::pair<std::string, const toml::node*>>& leaves) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const toml::table* inner = node.as_table())
      collect_leaves(*inner, name + ".", leaves);
    else
      leaves.emplace_back(name, &node);
  }
}

template <class T>
bool take_toml(const toml::node& node, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    if (const auto text = node.value_exact<std::string>()) return value = *text, true;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (const auto truth = node.value_exact<bool>()) return value = *truth, true;
  } else if constexpr (std::is_integral_v<T>) {
    if (const auto number = node.value_exact<int64_t>()) return value = static_cast<T>(*number), true;
  } else {
    if (node.is_number()) return value = *node.value<double>(), true;
  }
  return false;
}

}  // namespace

std::vector<std::string> RunConfig::named_fields() const {
  return features.empty() ? std::vector<std::string>() : split_text(features, ',');
}

void RunConfig::set(const std::string& key, const std::string& text) {
  bool found = false;
  visit_fields(*this, [&](const char* name, auto& field) {
    if (key != name) return;
    found = true;
    using Field = std::remove_reference_t<decltype(field)>;
    if (!parse_value(text, field))
      throw Error({.problem = fmt::format("setting \"{}\" does not fit", key),
                   .expected = type_name<Field>(),
                   .got = "\"" + text + "\""},
                  ErrorKind::usage);
  });
  if (!found) unknown_key(*this, key, "");
}

std::vector<std::pair<std::string, std::string>> RunConfig::entries() const {
  std::vector<std::pair<std::string, std::string>> entries;
  visit_fields(*this,
               [&](const char* name, const auto& field) { entries.emplace_back(name, fmt::format("{}", field)); });
  return entries;
}

void RunConfig::read_toml(const std::filesystem::path& file) {
  const std::string text = read_file(file, size_t{1} << 20);
  toml::table table;
  try {
    table = toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    throw Error({.file = fmt::format("{}:{}", file.string(), error.source().begin.line),
                 .problem = std::string(error.description()),
                 .advice = "mend the TOML syntax there"},
                ErrorKind::usage);
  }
  std::vector<std::pair<std::string, const toml::node*>> leaves;
  collect_leaves(table, "", leaves);
  for (const auto& [key, node] : leaves) {
    bool found = false;
    visit_fields(*this, [&, &key = key, &node = node](const char* name, auto& field) {
      if (key != name) return;
      found = true;
      using Field = std::remove_reference_t<decltype(field)>;
      if (!take_toml(*node, field))
        throw Error({.file = file.string(),
                     .problem = fmt::format("setting \"{}\" does not fit", key),
                     .expected = type_name<Field>(),
                     .got = "another type"},
                    ErrorKind::usage);
    });
    if (!found) unknown_key(*this, key, file.string());
  }
}

std::string RunConfig::to_toml() const {
  toml::table root;
  visit_fields(*this, [&](const std::string& name, const auto& field) {
    const size_t dot = name.find('.');
    if (dot == std::string::npos) {
      root.insert_or_assign(name, field);
      return;
    }
    auto* section = root[name.substr(0, dot)].as_table();
    if (!section) {
      root.insert(name.substr(0, dot), toml::table{});
      section = root[name.substr(0, dot)].as_table();
    }
    section->insert_or_assign(name.substr(dot + 1), field);
  });
  std::ostringstream out;
  out << "# Written by foreview: the resolved settings of this workspace.\n" << root << "\n";
  return out.str();
}

void RunConfig::check() const {
  const auto refuse = [](const char* key, const std::string& expected, const std::string& got) {
    throw Error({.problem = fmt::format("setting \"{}\" is out of range", key), .expected = expected, .got = got},
                ErrorKind::usage);
  };
  const auto one_of = [&](const char* key, const std::string& value, const std::vector<std::string>& allowed) {
    for (const auto& name : allowed)
      if (value == name) return;
    refuse(key, "one of " + foreview::join(allowed, ", "), "\"" + value + "\"");
  };
  const auto between = [&](const char* key, double value, double low, double high) {
    if (!(value >= low && value <= high)) refuse(key, fmt::format("{} to {}", low, high), fmt::format("{}", value));
  };
  one_of("transform", transform, {"auto", "log1p", "none"});
  one_of("split", split, {"random", "time", "author", "topic"});
  one_of("device", device, {"auto", "cpu", "cuda"});
  one_of("sampling.mode", sampling.mode, {"exact", "fast"});
  if (!seconds_of(min_age)) refuse("min_age", "a time like 36h, 7d or 2w", "\"" + min_age + "\"");
  Modalities::parse(use);
  if (folds != 0) between("folds", folds, 2, 100);
  between("fold", fold, 1, std::max(1, folds));
  between("validation_share", validation_share, 0, 0.5);
  between("test_share", test_share, 0, 0.5);
  between("threads", threads, 0, 1024);
  transcriber.check();
  between("sampling.frames_per_second", sampling.frames_per_second, 0.1, 60);
  between("sampling.width", sampling.width, 16, 1024);
  between("sampling.height", sampling.height, 16, 1024);
  between("sampling.most_seconds", sampling.most_seconds, 1, 36000);
  one_of("pretrain.precision", pretrain.precision, {"auto", "f32", "bf16"});
  between("pretrain.bottleneck", pretrain.bottleneck, 8, 4096);
  between("pretrain.clip_frames", pretrain.clip_frames, 2, 128);
  between("pretrain.clip_stride", pretrain.clip_stride, 1, pretrain.clip_frames);
  between("pretrain.input_width", pretrain.input_width, 16, sampling.width);
  between("pretrain.input_height", pretrain.input_height, 16, sampling.height);
  between("pretrain.hidden_channels", pretrain.hidden_channels, 4, 512);
  between("pretrain.future_frames", pretrain.future_frames, 0, 128);
  between("pretrain.steps", pretrain.steps, 1, 1e7);
  between("pretrain.batch", pretrain.batch, 1, 4096);
  between("pretrain.learning_rate", pretrain.learning_rate, 1e-7, 1);
  between("pretrain.weight_decay", pretrain.weight_decay, 0, 1);
  between("pretrain.gradient_clip", pretrain.gradient_clip, 1e-6, 1e6);
  between("pretrain.checkpoint_every", pretrain.checkpoint_every, 1, 1e7);
  between("pretrain.time_limit", pretrain_time_limit, 0, 1e8);
  between("pretrain.patience", pretrain.patience, 0, 1e6);
  between("pretrain.contrast_steps", pretrain.contrast_steps, 0, 1e7);
  between("pretrain.contrast_batch", pretrain.contrast_batch, 2, 4096);
  between("pretrain.contrast_frames", pretrain.contrast_frames, 3, 256);
  between("pretrain.motion_size", pretrain.motion_size, 16, 512);
  if (pretrain.motion_size % 8 != 0)
    refuse("pretrain.motion_size", "a multiple of 8", fmt::format("{}", pretrain.motion_size));
  between("pretrain.motion_channels", pretrain.motion_channels, 0, 256);
  between("pretrain.contrast_learning_rate", pretrain.contrast_learning_rate, 1e-7, 1);
  between("pretrain.contrast_temperature", pretrain.contrast_temperature, 0.01, 100);
  between("pretrain.readout_pairs", pretrain.readout_pairs, 0, 1'000'000);
  between("train.model_dimension", train.model_dimension, 8, 4096);
  between("train.layers", train.layers, 1, 48);
  between("train.heads", train.heads, 1, 64);
  if (train.model_dimension % train.heads != 0)
    refuse("train.heads", "a divisor of train.model_dimension", fmt::format("{}", train.heads));
  between("train.dropout", train.dropout, 0, 0.95);
  between("train.modality_dropout", train.modality_dropout, 0, 0.95);
  between("train.epochs", train.epochs, 1, 100000);
  between("train.batch", train.batch, 1, 65536);
  between("train.learning_rate", train.learning_rate, 1e-7, 1);
  between("train.weight_decay", train.weight_decay, 0, 10);
  between("train.members", train.members, 1, 100);
  between("train.text_dimension", train.text_dimension, 1, 4096);
  between("train.tree_rounds", train.tree_rounds, 1, 100000);
  between("train.perceptron_steps", train.perceptron_steps, 1, 1000000);
  chosen_baselines(baselines);
  between("baseline.frames", baseline.frames, 1, 256);
  between("baseline.width", baseline.width, 8, 1024);
  between("baseline.height", baseline.height, 8, 1024);
  between("baseline.epochs", baseline.epochs, 1, 100000);
  between("baseline.batch", baseline.batch, 1, 4096);
  between("baseline.learning_rate", baseline.learning_rate, 1e-7, 1);
  between("baseline.time_limit", baseline.time_limit, 0, 1e8);
  between("baseline.most_videos", baseline.most_videos, 2, 1e7);
}

}  // namespace foreview
