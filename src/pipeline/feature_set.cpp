#include "pipeline/feature_set.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/files.h"
#include "core/json.h"
#include "features/audio_tokens.h"
#include "features/text_vectors.h"
#include "transcription/sidecars.h"

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

/// Reads what the stages before have stored of videos.
class FeatureLoader {
 public:
  explicit FeatureLoader(const RunContext& run)
      : run_(run),
        visual_(run.visual_encoder()),
        audio_(run.use.audio ? run.audio_encoder() : ""),
        colour_(run.use.visual ? run.colour_encoder() : ""),
        measures_(run.use.visual ? run.measures_encoder() : ""),
        sound_(run.use.audio ? run.sound_encoder() : ""),
        transcript_(run.transcript_encoder()),
        states_(run.use.audio ? run.speech_audio_encoder() : ""),
        state_width_(encoder_state_width(run)),
        text_(run.text_encoder()) {}

  FeatureRow load(Video video) { return load(std::move(video), run_.use); }
  FeatureRow load(Video video, const Modalities& use) {
    const std::string hash = video.has_media() ? video.content_hash : "";
    TimedVectors visual, audio, states, colour, measures, sound;
    std::optional<Transcript> transcript;
    if (!hash.empty()) {
      visual = load_or_empty(run_, visual_, hash);
      audio = load_or_empty(run_, audio_, hash);
      colour = load_or_empty(run_, colour_, hash);
      measures = load_or_empty(run_, measures_, hash);
      sound = load_or_empty(run_, sound_, hash);
    }
    if (run_.use.speech && run_.config.transcriber.uses_sidecars()) transcript = sidecars_.find(video.record);
    if (!hash.empty() && !transcript) {
      transcript = load_transcript(run_, transcript_, hash);
      // As a forecast does: where words come from a sidecar, Whisper does not run.
      states = load_or_empty(run_, states_, hash);
    }
    audio = join_encoder_states(audio, states, state_width_);
    const auto duration = duration_of(visual, audio);
    VideoFeatures features = assemble_features(
        video.record, use, run_.config.named_fields(), std::move(visual), std::move(audio), std::move(transcript),
        {std::move(colour.values), std::move(measures.values), std::move(sound.values)}, duration);
    features.caption_vectors = words(caption_passages(features.caption));
    features.spoken_vectors = words(spoken_passages(features.transcript));
    return {std::move(video), std::move(features)};
  }

 private:
  TimedVectors words(const std::vector<Passage>& passages) const {
    return passages.empty() || text_.empty() ? TimedVectors{} : load_or_empty(run_, text_, passages_key(passages));
  }

  const RunContext& run_;
  std::string visual_, audio_, colour_, measures_, sound_, transcript_, states_;
  int state_width_;
  std::string text_;
  Sidecars sidecars_;
};

}  // namespace

int encoder_state_width(const RunContext& run) {
  const std::string states = run.use.audio ? run.speech_audio_encoder() : "";
  int width = 0;
  if (states.empty()) return width;
  run.catalog.for_each_video([&](const Video& video) {
    if (width == 0 && video.has_media()) width = load_or_empty(run, states, video.content_hash).dimension;
  });
  return width;
}

std::vector<FeatureRow> load_feature_rows(RunContext& run, Split split, const Modalities& use, size_t* unusable) {
  FeatureLoader loader(run);
  std::vector<FeatureRow> rows;
  std::set<std::string> seen;
  size_t left_out = 0;
  run.catalog.for_each_video([&](Video video) {
    if (video.split != split || !video.label) return;
    if (split != Split::train && !video.copies.empty() && !seen.insert(video.copies).second) return;
    FeatureRow row = loader.load(std::move(video));
    if (!is_usable(row.features)) {
      ++left_out;
    } else if (use.text() == run.use.text()) {
      rows.push_back(std::move(row));
    } else {
      rows.push_back(loader.load(std::move(row.video), use));
    }
  });
  if (unusable) *unusable = left_out;
  return rows;
}

std::vector<FeatureRow> load_all_feature_rows(RunContext& run) {
  FeatureLoader loader(run);
  std::vector<FeatureRow> rows;
  run.catalog.for_each_video([&](Video video) { rows.push_back(loader.load(std::move(video))); });
  return rows;
}

}  // namespace foreview
