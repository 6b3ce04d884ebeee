#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "core/files.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "dataset/record.h"
#include "dataset/target.h"
#include "features/speech_features.h"
#include "features/video_features.h"
#include "pipeline/embedding_probe.h"
#include "pipeline/feature_set.h"
#include "pipeline/stages.h"
#include "pipeline/transcribe.h"
#include "report/html_report.h"
#include "report/model_card.h"
#include "visual/pretraining.h"
#include "visual/visual_encoder.h"

namespace foreview {
namespace {

constexpr const char* kReportVersion = "report-2";
constexpr size_t kReconstructedVideos = 4;
constexpr int kPicturesEach = 6;

// The table's final author-free model over the test rows, back on the raw scale.
std::vector<ReportRow> test_rows(const RunContext& run, const Target& target) {
  const nlohmann::json stored = parse_json(read_file(run.work.predictions()), run.work.predictions());
  std::vector<ReportRow> rows;
  for (const auto& model : stored.at("models")) {
    if (model.at("role") != "final" || model.at("track") != "author_free") continue;
    for (size_t i = 0; i < stored.at("id").size(); ++i) {
      ReportRow row;
      row.id = stored["id"][i].get<std::string>();
      row.actual = stored["actual_raw"][i].get<double>();
      row.actual_modelled = stored["actual"][i].get<double>();
      row.predicted_modelled = model["prediction"][i].get<double>();
      row.predicted = target.inverse(row.predicted_modelled);
      if (model.contains("low")) {
        row.low = target.inverse(model["low"][i].get<double>());
        row.high = target.inverse(model["high"][i].get<double>());
      }
      rows.push_back(row);
    }
  }
  return rows;
}

ReportChart pretraining_chart(const PretrainResult& result) {
  ReportChart chart{.title = "Pretraining the visual encoder",
                    .x_label = "step",
                    .y_label = "squared error",
                    .note = "",
                    .curves = {{"training", {}, {}}, {"validation", {}, {}}}};
  for (const CurvePoint& point : result.curve) {
    for (int i = 0; i < 2; ++i) {
      chart.curves[i].x.push_back(point.step);
      chart.curves[i].y.push_back(i == 0 ? point.train_loss : point.validation_loss);
    }
  }
  return chart;
}

ReportChart contrast_chart(const PretrainResult& result) {
  ReportChart chart{.title = "Pretraining the motion encoder",
                    .x_label = "step",
                    .y_label = "NT-Xent",
                    .note = "Which of all views belong to one clip? Chance is the logarithm of their number.",
                    .curves = {{"training", {}, {}}}};
  for (const CurvePoint& point : result.contrast_curve) {
    chart.curves[0].x.push_back(point.step);
    chart.curves[0].y.push_back(point.train_loss);
  }
  return chart;
}

// What is stored of the last probe; without one the command is named.
void add_probe(RunContext& run, ReportContent& content) {
  if (run.visual_encoder().empty()) return;
  const auto file = run.work.probe();
  content.probe_table =
      run.catalog.stage_state("probe").empty() || !std::filesystem::exists(file)
          ? "Not measured yet. Run: foreview probe-embeddings --work " + run.work.root.string() + ", then report."
          : EmbeddingProbe::from_json(parse_json(read_file(file), file)).table();
}

double number_or_nan(const nlohmann::json& value) {
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

// History entries are [epoch, training loss, loss on left-out folds].
std::vector<ReportChart> training_charts(const nlohmann::json& history) {
  std::vector<ReportChart> charts;
  for (const auto& [name, points] : history.items()) {
    ReportChart chart{.title = "Fusion transformer: " + name,
                      .x_label = "epoch",
                      .y_label = "pinball loss",
                      .note = "",
                      .curves = {{"training", {}, {}}, {"left-out folds", {}, {}}}};
    for (const auto& point : points)
      for (size_t i = 0; i < 2 && point.size() > i + 1; ++i) {
        chart.curves[i].x.push_back(number_or_nan(point[0]));
        chart.curves[i].y.push_back(number_or_nan(point[i + 1]));
      }
    charts.push_back(std::move(chart));
  }
  return charts;
}

std::vector<ReportPicture> as_report(const std::vector<Picture>& pictures) {
  std::vector<ReportPicture> out;
  for (const Picture& picture : pictures) out.push_back({picture.width, picture.height, picture.pixels});
  return out;
}

// Validation videos first: pictures of clips the encoder was not trained on.
void add_reconstructions(RunContext& run, ReportContent& content) {
  if (run.visual_encoder().empty()) return;
  const PretrainResult result = read_pretrain_result(run.work.encoder_weights());
  content.training_curves.push_back(pretraining_chart(result));
  if (!result.contrast_curve.empty()) content.training_curves.push_back(contrast_chart(result));
  content.reconstruction_note = fmt::format(
      "Mean squared error a pixel (0 to 1 scale) on {} clips: autoencoder {:.5f}, repeating each clip's mean frame "
      "{:.5f}, repeating its last frame {:.5f}.",
      result.measured_on_validation ? "validation" : "training", result.reconstruction_error, result.mean_frame_error,
      result.last_frame_error);
  const VisualEncoder encoder(run.work.encoder_weights(), run.device);
  for (const Split split : {Split::validation, Split::test, Split::train})
    for (const Video& video : run.catalog.videos()) {
      if (content.reconstructions.size() >= kReconstructedVideos) return;
      if (video.split != split || !video.has_media() || !run.store.has(run.tracks_encoder(), video.content_hash))
        continue;
      const Tracks tracks = read_tracks(run.store.path(run.tracks_encoder(), video.content_hash));
      if (!tracks.frames) continue;
      const Reconstruction pair = encoder.reconstruct(*tracks.frames, kPicturesEach);
      content.reconstructions.push_back({video.record.id, as_report(pair.original), as_report(pair.reconstructed)});
    }
}

void add_facts(RunContext& run, ReportContent& content) {
  const auto add = [&](const std::string& name, const std::string& value) { content.facts.emplace_back(name, value); };
  const std::vector<Video> videos = run.catalog.videos();
  const auto labelled = std::count_if(videos.begin(), videos.end(), [](const Video& v) { return v.label.has_value(); });
  const auto rounded =
      std::count_if(videos.begin(), videos.end(), [](const Video& v) { return v.label && !v.label->is_exact(); });
  add("Videos found", std::to_string(videos.size()));
  add("With " + run.config.target, fmt::format("{} ({} of them rounded)", labelled, rounded));
  const EvaluationOptions& o = content.results.options;
  add("Split", fmt::format("{}: {} training, {} validation, {} test", o.split_kind, o.train, o.validation, o.test));
  if (const std::string adjusted = run.catalog.stage_state("age_adjustment"); !adjusted.empty()) add("Ages", adjusted);
  add("Token kinds used", run.use.text());
  add("Transcripts by", transcript_sources(run));
  add("Seed", std::to_string(run.config.seed));
  add("Device", run.device.name);
}

void add_inputs(const RunContext& run, ReportContent& content) {
  if (run.use.visual) content.inputs_used.push_back("pixels: ConvLSTM clip embeddings, measures of picture and movement");
  if (run.use.audio)
    content.inputs_used.push_back(run.speech_audio_encoder().empty()
                                      ? "sound: log-mel statistics a segment, measures of the whole track"
                                      : "sound: log-mel statistics and Whisper's mean encoder state a segment, measures of the "
                                        "whole track");
  if (run.use.speech) content.inputs_used.push_back(fmt::format("spoken words: transcript; {}", fmt::join(speech_feature_names(), ", ")));
  if (run.use.caption) content.inputs_used.push_back("description (caption)");
  if (run.use.metadata)
    content.inputs_used.push_back("metadata: " + fmt::format("{}", fmt::join(metadata_feature_names(), ", ")));
  if (run.use.metadata)
    content.inputs_used.push_back("facts, each as a whole: language, location, track, artist, topic");
  for (const std::string& field : run.config.named_fields())
    content.inputs_used.push_back(
        field + ": asked for by name" +
        (is_known_only_after_posting(field) ? "; it exists ONLY AFTER POSTING, so these figures are no forecast" : ""));
  const std::vector<std::string> named = run.config.named_fields();
  const std::set<std::string> asked(named.begin(), named.end());
  std::map<std::string, size_t> refused;
  bool authors = false;
  for (const Video& video : run.catalog.videos()) {
    for (const auto& [field, value] : video.record.numbers)
      if (field != run.config.target && is_known_only_after_posting(field) && !asked.contains(field)) ++refused[field];
    authors = authors || !video.record.text("uploader_id").empty();
  }
  if (authors)
    content.inputs_used.push_back(
        fmt::format("uploader_id and what the channel shows, read after posting: author-aware models only: {}",
                    fmt::join(author_number_names(), ", ")));
  for (const auto& [field, count] : refused)
    content.inputs_refused.push_back(fmt::format("{}: exists only after posting ({} videos have it)", field, count));
}

void add_skipped(RunContext& run, ReportContent& content) {
  for (const Problem& problem : run.catalog.problems())
    content.skipped.push_back({problem.file, problem.what, problem.advice});
  for (const Video& video : run.catalog.videos())
    if (video.skipped_in == "prepare")
      content.skipped.push_back({video.record.file.string(), video.skip_reason, "replace the file, then run again"});
}

}  // namespace

void report(RunContext& run) {
  require_stage(run, "evaluate", "report");
  const std::string state = fingerprint(kReportVersion + run.catalog.stage_state("evaluate") +
                                        run.catalog.stage_state("ingest") + run.catalog.stage_state("probe"));
  const auto card = run.work.model() / "MODEL_CARD.md";
  if (run.catalog.stage_state("report") == state && std::filesystem::exists(run.work.report()) &&
      std::filesystem::exists(card))
    return stage_line("report", "up to date");
  const ForecastModel model = ForecastModel::load(run.work.model(), run.device);
  ReportContent content;
  content.title = std::filesystem::path(run.config.data).filename().string();
  content.results = read_results(run.work);
  content.test_rows = test_rows(run, model.target());
  add_facts(run, content);
  add_inputs(run, content);
  add_skipped(run, content);
  add_reconstructions(run, content);
  add_probe(run, content);
  for (ReportChart& chart : training_charts(model.history())) content.training_curves.push_back(std::move(chart));
  write_file_atomically(run.work.report(), render_report(content));
  write_file_atomically(card, render_model_card(content));
  run.catalog.set_stage_state("report", state);
  stage_line("report", run.work.report().string());
}

}  // namespace foreview
