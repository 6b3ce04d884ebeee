#include "pipeline/token_export.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "foreview/error.h"
#include "pipeline/feature_set.h"

namespace foreview {
namespace {

constexpr const char* kinds[] = {"visual", "audio", "speech", "measures", "sound", "colour", "metadata"};

TimedVectors one_row(const std::vector<float>& values) {
  TimedVectors row{.dimension = static_cast<int>(values.size()), .values = values, .spans = {}};
  if (!values.empty()) row.spans = {{0, 0}};
  return row;
}

TimedVectors vectors_of(const VideoFeatures& features, const std::string& kind) {
  if (kind == "visual") return features.visual;
  if (kind == "audio") return features.audio;
  if (kind == "measures") return one_row(features.measures);
  if (kind == "sound") return one_row(features.sound);
  if (kind == "speech") return one_row(features.speech);
  return one_row(kind == "colour" ? features.colour_histogram : features.metadata);
}

std::string text_of(const std::optional<Transcript>& transcript) {
  std::string text;
  if (!transcript) return text;
  for (const auto& segment : transcript->segments) text += (text.empty() ? "" : " ") + segment.text;
  return text;
}

/// Features of all videos, labelled or not, as models see them.
std::vector<FeatureRow> all_rows(const Workspace& work) {
  if (!std::filesystem::exists(work.catalog()) || !std::filesystem::exists(work.config()))
    throw Error({.file = work.root.string(),
                 .problem = "is no workspace",
                 .advice = "run: foreview run DATA --work " + work.root.string()});
  RunConfig config;
  config.read_toml(work.config());
  RunContext run(std::move(config), work);
  require_features(run, "export");
  return load_all_feature_rows(run);
}

}  // namespace

FlatRows token_rows(const Workspace& work) {
  FlatRows rows;
  for (const FeatureRow& row : all_rows(work))
    for (const char* kind : kinds) {
      const TimedVectors vectors = vectors_of(row.features, kind);
      for (size_t i = 0; i < vectors.count(); ++i) {
        nlohmann::ordered_json token{{"id", row.video.record.id},
                                     {"split", name_of(row.video.split)},
                                     {"kind", kind},
                                     {"start", vectors.spans[i][0]},
                                     {"end", vectors.spans[i][1]}};
        const auto values = vectors.row(i);
        for (size_t d = 0; d < values.size(); ++d)
          token["v" + std::to_string(d)] =
              std::isfinite(values[d]) ? nlohmann::ordered_json(values[d]) : nlohmann::ordered_json();
        rows.push_back(std::move(token));
      }
    }
  return rows;
}

ArrayTable token_arrays(const Workspace& work) {
  const std::vector<FeatureRow> videos = all_rows(work);
  const auto count = static_cast<int64_t>(videos.size());
  std::vector<std::string> ids, splits, captions, transcripts;
  std::vector<double> labels;
  for (const FeatureRow& row : videos) {
    ids.push_back(row.video.record.id);
    splits.emplace_back(name_of(row.video.split));
    labels.push_back(row.video.label ? row.video.label->value : std::numeric_limits<double>::quiet_NaN());
    captions.push_back(row.features.caption.value_or(""));
    transcripts.push_back(text_of(row.features.transcript));
  }
  ArrayTable arrays = {{"id", {count}, std::move(ids)},
                       {"split", {count}, std::move(splits)},
                       {"label", {count}, std::move(labels)},
                       {"caption", {count}, std::move(captions)},
                       {"transcript", {count}, std::move(transcripts)}};
  for (const char* kind : kinds) {
    std::vector<float> values;
    std::vector<int32_t> video;
    std::vector<double> spans;
    int64_t dimension = 0;
    for (size_t v = 0; v < videos.size(); ++v) {
      const TimedVectors vectors = vectors_of(videos[v].features, kind);
      if (vectors.count() > 0) dimension = vectors.dimension;
      values.insert(values.end(), vectors.values.begin(), vectors.values.end());
      video.insert(video.end(), vectors.count(), static_cast<int32_t>(v));
      for (const auto& span : vectors.spans) spans.insert(spans.end(), span.begin(), span.end());
    }
    const auto tokens = static_cast<int64_t>(video.size());
    arrays.push_back({kind, {tokens, dimension}, std::move(values)});
    arrays.push_back({std::string(kind) + "_video", {tokens}, std::move(video)});
    arrays.push_back({std::string(kind) + "_span", {tokens, 2}, std::move(spans)});
  }
  return arrays;
}

}  // namespace foreview
