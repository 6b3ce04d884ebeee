#include "pipeline/feature_set.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/files.h"
#include "core/json.h"

namespace foreview {
namespace {

TimedVectors load_or_empty(const RunContext& run, const std::string& encoder, const std::string& hash) {
  if (encoder.empty()) return {};
  return run.store.load_vectors(encoder, hash).value_or(TimedVectors{});
}

std::optional<Transcript> load_transcript(const RunContext& run, const std::string& encoder, const std::string& hash) {
  if (encoder.empty() || !run.store.has(encoder, hash, ".json")) return std::nullopt;
  const auto path = run.store.path(encoder, hash, ".json");
  return Transcript::from_json(parse_json(read_file(path), path));
}

std::optional<double> duration_of(const TimedVectors& visual, const TimedVectors& audio) {
  double end = 0;
  for (const auto* part : {&visual, &audio})
    for (const auto& span : part->spans) end = std::max(end, span[1]);
  if (end <= 0) return std::nullopt;
  return end;
}

/// Whether any number beside "it has no caption" is known.
bool knows_metadata(const std::vector<float>& metadata) {
  const std::vector<std::string>& names = metadata_feature_names();
  for (size_t i = 0; i < metadata.size(); ++i)
    if ((i >= names.size() || names[i] != "has_caption") && std::isfinite(metadata[i])) return true;
  return false;
}

bool is_usable(const VideoFeatures& features) {
  return features.visual.count() > 0 || features.audio.count() > 0 || features.transcript || features.caption ||
         knows_metadata(features.metadata);
}

}  // namespace

std::vector<FeatureRow> load_feature_rows(RunContext& run, Split split, size_t* unusable) {
  const std::string visual_encoder = run.visual_encoder();
  const std::string audio_encoder = run.use.audio ? run.audio_encoder() : "";
  const std::string colour_encoder = run.use.visual ? run.colour_encoder() : "";
  const std::string transcript_encoder = run.transcript_encoder();
  std::vector<FeatureRow> rows;
  std::set<std::string> seen;
  size_t left_out = 0;
  for (Video& video : run.catalog.videos()) {
    if (video.split != split || !video.label) continue;
    const std::string hash = video.has_media() ? video.content_hash : "";
    if (split != Split::train && !video.copies.empty() && !seen.insert(video.copies).second) continue;
    TimedVectors visual, audio, colour;
    std::optional<Transcript> transcript;
    if (!hash.empty()) {
      visual = load_or_empty(run, visual_encoder, hash);
      audio = load_or_empty(run, audio_encoder, hash);
      colour = load_or_empty(run, colour_encoder, hash);
      transcript = load_transcript(run, transcript_encoder, hash);
    }
    const auto duration = duration_of(visual, audio);
    VideoFeatures features =
        assemble_features(video.record, run.use, run.config.named_fields(), std::move(visual), std::move(audio),
                          std::move(transcript), std::move(colour.values), duration);
    if (!is_usable(features)) {
      ++left_out;
      continue;
    }
    rows.push_back({std::move(video), std::move(features)});
  }
  if (unusable) *unusable = left_out;
  return rows;
}

}  // namespace foreview
