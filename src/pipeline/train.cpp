#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "bert/sentence_encoder.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/text.h"
#include "dataset/posting_time.h"
#include "dataset/target.h"
#include "evaluation/column_signal.h"
#include "features/extraction.h"
#include "foreview/error.h"
#include "pipeline/feature_set.h"
#include "pipeline/stages.h"

namespace foreview {
namespace {

std::string state_of(RunContext& run) {
  std::string rows;
  for (const Video& video : run.catalog.videos())
    if (video.label)
      rows += fmt::format("{} {} {} {} {} {} {} {}\n", video.record.id, video.content_hash, name_of(video.split),
                          video.copies, video.label->value, video.label->low, video.label->high, video.skipped_in);
  return fingerprint(fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", run.config.train.canonical(), run.config.target,
                                 run.config.features, run.config.transform, run.config.seed, run.use.text(),
                                 run.device.name, run.catalog.stage_state("embed"),
                                 run.catalog.stage_state("transcripts"), run.speech_audio_encoder(), sha256_hex(rows)));
}

/// What cross-validation must keep together for its folds to be as far apart as the split's parts: an author's videos,
/// a topic's, or, for a split by time, those of one of ten spans of time.
std::vector<std::string> fold_groups(const std::string& split, const std::vector<FeatureRow>& rows) {
  std::vector<std::string> groups(rows.size());
  if (split == "author" || split == "topic") {
    for (size_t i = 0; i < rows.size(); ++i)
      groups[i] = rows[i].video.record.text(split == "author" ? "uploader_id" : "topic");
  }
  if (split != "time") return groups;
  constexpr size_t spans = 10;
  std::vector<std::pair<double, size_t>> by_time;
  for (size_t i = 0; i < rows.size(); ++i) by_time.emplace_back(posted_unix(rows[i].video.record).value_or(0), i);
  std::ranges::sort(by_time);
  for (size_t place = 0; place < by_time.size(); ++place)
    groups[by_time[place].second] = std::to_string(place * spans / by_time.size());
  return groups;
}

std::vector<LabelledVideo> labelled(const std::string& split, std::vector<FeatureRow> rows) {
  std::vector<LabelledVideo> videos;
  const std::vector<std::string> groups = fold_groups(split, rows);
  for (size_t i = 0; i < rows.size(); ++i)
    videos.push_back({std::move(rows[i].features), *rows[i].video.label, groups[i]});
  return videos;
}

std::vector<double> values_of(const std::vector<LabelledVideo>& videos) {
  std::vector<double> values;
  for (const LabelledVideo& video : videos) values.push_back(video.label.value);
  return values;
}

/// Throws Error{usage} for a field asked for by name that is the target or that no training video has.
void check_named_fields(const RunConfig& config, const std::vector<LabelledVideo>& training) {
  const std::vector<std::string> fields = config.named_fields();
  for (size_t f = 0; f < fields.size(); ++f) {
    const auto has_it = [&](const LabelledVideo& video) {
      const std::vector<float>& metadata = video.features.metadata;
      return !metadata.empty() && std::isfinite(metadata[metadata.size() - fields.size() + f]);
    };
    const bool is_target = ("/" + config.target + "/").find("/" + fields[f] + "/") != std::string::npos;
    if (!is_target && std::any_of(training.begin(), training.end(), has_it)) continue;
    throw Error({.problem = fmt::format("\"{}\" cannot be a feature", fields[f]),
                 .expected = "a number other than the target, with --use metadata",
                 .got = is_target ? "the target itself" : "no training video has such a number",
                 .advice = "see the columns with: foreview export --what records --work W"},
                ErrorKind::usage);
  }
}

/// A target made of nothing but what models are given (a duration, a channel's likes) would be read off its own input:
/// such inputs are hidden. Hidden in training, they are constant to the scalers and say nothing later either.
void hide_target(const std::string& target, std::vector<LabelledVideo>& videos) {
  const auto place = [](const std::vector<std::string>& names, const std::string& name) {
    return static_cast<size_t>(std::ranges::find(names, name) - names.begin());
  };
  const std::vector<std::string>&inputs = metadata_feature_names(), &channel = author_number_names();
  const std::vector<std::string> parts = split_text(target, '/');
  for (const std::string& part : parts)
    if (place(inputs, part + "_log1p") == inputs.size() && place(channel, part) == channel.size()) return;
  for (LabelledVideo& video : videos)
    for (const std::string& part : parts) {
      std::vector<float>& metadata = video.features.metadata;
      std::vector<double>& numbers = video.features.author_numbers;
      if (const size_t i = place(inputs, part + "_log1p"); i < inputs.size() && i < metadata.size())
        metadata[i] = std::numeric_limits<float>::quiet_NaN();
      if (const size_t i = place(channel, part); i < numbers.size())
        numbers[i] = std::numeric_limits<double>::quiet_NaN();
    }
}

/// Warns of a field asked for by name that tells much of the label by itself.
void warn_of_leaks(const RunConfig& config, const std::vector<LabelledVideo>& training, const Target& target) {
  const std::vector<std::string> fields = config.named_fields();
  std::vector<double> labels;
  for (const LabelledVideo& video : training) labels.push_back(target.forward(video.label.value));
  for (size_t f = 0; f < fields.size(); ++f) {
    std::vector<double> column;
    for (const LabelledVideo& video : training) {
      const std::vector<float>& metadata = video.features.metadata;
      column.push_back(metadata.empty() ? std::nan("") : metadata[metadata.size() - fields.size() + f]);
    }
    const auto signal = number_signal(column, labels, static_cast<uint64_t>(config.seed));
    if (signal && *signal >= kSuspiciousSignal)
      warn_line(fmt::format("{} alone tells {:.2f} of the label's variance: use it only if it is known before posting",
                            fields[f], *signal));
  }
}

}  // namespace

void train(RunContext& run) {
  require_stage(run, "embed", "train");
  const std::string state = state_of(run);
  if (run.catalog.stage_state("train") == state && std::filesystem::exists(run.work.model() / "model.json"))
    return stage_line("train", "up to date");

  size_t unusable = 0;
  std::vector<FeatureRow> rows = load_feature_rows(run, Split::train, &unusable);
  // What is fitted here is cross-validated: it needs no validation videos, and learns from them, too.
  for (FeatureRow& row : load_feature_rows(run, Split::validation)) rows.push_back(std::move(row));
  std::vector<LabelledVideo> training = labelled(run.config.split, std::move(rows));
  hide_target(run.config.target, training);
  if (unusable > 0)
    stage_line("train",
               fmt::format("{} training videos left out: nothing that a model could use is known of them", unusable));
  if (training.size() < 2)
    throw Error(
        {.file = run.config.data,
         .problem = fmt::format("only {} usable training video(s) with a {}", training.size(), run.config.target),
         .expected = "2 at the very least, some hundreds for a useful model",
         .advice = "add videos with their numbers"});
  check_named_fields(run.config, training);
  const Target target =
      resolve_target(run.config.target, *transform_choice_from_name(run.config.transform), values_of(training));
  warn_of_leaks(run.config, training, target);
  stage_line("train", fmt::format("{} videos, {} as {}", training.size(), target.name,
                                  target.transform == Transform::log1p ? "log(1 + x)" : "it is"));
  ForecastModel model =
      ForecastModel::train(training, target, run.config.train, static_cast<uint64_t>(run.config.seed), run.device);
  const ExtractionSettings extraction{
      .sampling = run.config.sampling,
      .use = run.use,
      .fields = run.config.named_fields(),
      .transcriber = run.config.transcriber,
      .encoder_states = encoder_state_width(run),
      .text_model = run.text_encoder().empty() ? "" : sentence_model_fingerprint(run.config.text_model),
      .visual = !run.visual_encoder().empty()};
  model.extra()["extraction"] = extraction.to_json();
  model.extra()["training_videos"] = training.size();

  // The model folder is complete exactly when model.json is there: it goes first and comes last.
  std::error_code ignored;
  std::filesystem::remove(run.work.model() / "model.json", ignored);
  std::filesystem::create_directories(run.work.model());
  if (extraction.visual)
    std::filesystem::copy_file(run.work.encoder_weights(), run.work.model() / "visual.safetensors",
                               std::filesystem::copy_options::overwrite_existing);
  std::filesystem::remove_all(run.work.model() / kBundledTextModel);
  if (!extraction.text_model.empty()) copy_sentence_model(run.config.text_model, run.work.model() / kBundledTextModel);
  model.save(run.work.model());
  run.catalog.set_stage_state("train", state);
  stage_line("train", "model written to " + run.work.model().string());
}

}  // namespace foreview
