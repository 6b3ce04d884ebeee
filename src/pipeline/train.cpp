#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bert/sentence_encoder.h"
#include "core/hash.h"
#include "core/log.h"
#include "dataset/target.h"
#include "evaluation/column_signal.h"
#include "features/extraction.h"
#include "foreview/error.h"
#include "pipeline/baseline_trials.h"
#include "pipeline/feature_set.h"
#include "pipeline/stages.h"
#include "pipeline/training_set.h"

namespace foreview {
namespace {

/// Of what is written about a video: captions, tags, numbers.
std::string record_fingerprint(const Record& record) {
  std::string fields;
  for (const auto& [name, text] : record.texts) fields += fmt::format("{} {} {}\n", name, text.size(), text);
  for (const auto& [name, number] : record.numbers) fields += fmt::format("{} {}\n", name, number.value);
  return fingerprint(fields);
}

std::string state_of(RunContext& run) {
  std::string rows;
  run.catalog.for_each_video([&](const Video& video) {
    if (video.label)
      rows += fmt::format("{} {} {} {} {} {} {} {} {}\n", video.record.id, video.content_hash, name_of(video.split),
                          video.copies, video.label->value, video.label->low, video.label->high, video.skipped_in,
                          record_fingerprint(video.record));
  });
  return fingerprint(fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", training_recipe, run.config.train.canonical(),
                                 run.config.target, run.config.features, run.config.transform, run.config.seed,
                                 run.use.text(), run.device.name, run.catalog.stage_state("embed"),
                                 run.catalog.stage_state("transcripts"), run.speech_audio_encoder(), sha256_hex(rows)));
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

void write_bundle(RunContext& run, ForecastModel& model, size_t training_videos) {
  const ExtractionSettings extraction{
      .sampling = run.config.sampling,
      .use = run.use,
      .fields = run.config.named_fields(),
      .transcriber = run.config.transcriber,
      .encoder_states = encoder_state_width(run),
      .text_model = run.text_encoder().empty() ? "" : sentence_model_fingerprint(run.config.text_model),
      .visual = !run.visual_encoder().empty()};
  model.extra()["extraction"] = extraction.to_json();
  model.extra()["training_videos"] = training_videos;

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
}

void fit_models(RunContext& run) {
  const TrainingSet set = load_training_set(run, run.use);
  const std::vector<LabelledVideo>& training = set.videos;
  if (set.unusable > 0)
    stage_line("train", fmt::format("{} training videos left out: nothing that a model could use is known of them",
                                    set.unusable));
  check_named_fields(run.config, training);
  const Target target = target_of(run.config, training);
  warn_of_leaks(run.config, training, target);
  stage_line("train", fmt::format("{} videos, {} as {}", training.size(), target.name,
                                  target.transform == Transform::log1p ? "log(1 + x)" : "it is"));
  ForecastModel model =
      ForecastModel::train(training, target, run.config.train, static_cast<uint64_t>(run.config.seed), run.device);
  write_bundle(run, model, training.size());
  stage_line("train", "model written to " + run.work.model().string());
}

}  // namespace

void train(RunContext& run) {
  require_features(run, "train");
  const std::string state = state_of(run);
  const bool known =
      run.catalog.stage_state("train") == state && std::filesystem::exists(run.work.model() / "model.json");
  if (!known) fit_models(run);
  run.catalog.set_stage_state("train", state);
  baseline_trials(run);
  if (known) stage_line("train", "up to date");
}

}  // namespace foreview
