#include <fmt/format.h>

#include <memory>
#include <set>

#include "core/interrupt.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "features/frame_measures.h"
#include "foreview/error.h"
#include "pipeline/stages.h"
#include "pipeline/text_embedding.h"
#include "speech/audio_statistics.h"
#include "speech/sound_measures.h"
#include "visual/colour_histogram.h"
#include "visual/visual_encoder.h"

namespace foreview {
namespace {

struct Encoders {
  std::string visual, audio, colour, measures, sound;  // feature folders; empty when not used
};

bool is_done(const RunContext& run, const Encoders& encoders, const std::string& hash) {
  for (const std::string& encoder :
       {encoders.visual, encoders.audio, encoders.colour, encoders.measures, encoders.sound})
    if (!encoder.empty() && !run.store.has(encoder, hash)) return false;
  return true;
}

// One row over the whole video.
TimedVectors as_row(std::vector<float> values, double duration) {
  TimedVectors row{.dimension = static_cast<int>(values.size()), .values = std::move(values), .spans = {}};
  if (row.dimension > 0) row.spans = {{0.0, duration}};
  return row;
}

/// What is missing of one video.
void embed_one(const RunContext& run, const Encoders& encoders, const VisualEncoder* visual, const std::string& hash) {
  const Tracks tracks = read_tracks(run.store.path(run.tracks_encoder(), hash));
  const auto save = [&](const std::string& encoder, bool is_there, const auto& take) {
    if (!encoder.empty() && !run.store.has(encoder, hash))
      run.store.save_vectors(encoder, hash, is_there ? take() : TimedVectors{});
  };
  const bool frames = tracks.frames.has_value(), sound = tracks.waveform.has_value();
  save(encoders.visual, frames, [&] { return visual->embed(*tracks.frames); });
  save(encoders.audio, sound, [&] { return audio_statistics(*tracks.waveform); });
  save(encoders.colour, frames, [&] { return as_row(colour_histogram(*tracks.frames), tracks.duration); });
  save(encoders.measures, frames, [&] { return as_row(frame_measures(*tracks.frames), tracks.duration); });
  save(encoders.sound, sound, [&] { return as_row(sound_measures(*tracks.waveform), tracks.duration); });
}

}  // namespace

void embed(RunContext& run) {
  require_stage(run, "pretrain", "embed");
  if (run.catalog.stage_state("prepare") != run.tracks_encoder())
    throw Error({.file = run.work.root.string(),
                 .problem = "its videos were prepared with other settings",
                 .advice = fmt::format("run: foreview prepare --work {}", run.work.root.string())});
  const Encoders encoders{.visual = run.visual_encoder(),
                          .audio = run.use.audio ? run.audio_encoder() : "",
                          .colour = run.use.visual ? run.colour_encoder() : "",
                          .measures = run.use.visual ? run.measures_encoder() : "",
                          .sound = run.use.audio ? run.sound_encoder() : ""};
  std::vector<std::string> todo;
  std::set<std::string> seen;
  for (const Video& video : run.catalog.videos())
    if (video.has_media() && run.store.has(run.tracks_encoder(), video.content_hash) &&
        !is_done(run, encoders, video.content_hash) && seen.insert(video.content_hash).second)
      todo.push_back(video.content_hash);
  if (!todo.empty()) {
    std::unique_ptr<VisualEncoder> visual;
    if (!encoders.visual.empty()) visual = std::make_unique<VisualEncoder>(run.work.encoder_weights(), run.device);
    Progress progress("embed", todo.size(), "videos");
    for_each_parallel(todo.size(), run.device.is_cuda() ? 1 : run.workers, [&](size_t index, int) {
      throw_if_interrupted();
      embed_one(run, encoders, visual.get(), todo[index]);
      progress.advance();
    });
  }
  const size_t texts = embed_texts(run);
  const std::string words = run.text_encoder();
  run.catalog.set_stage_state("embed", encoders.visual + "|" + encoders.audio + "|" + encoders.colour + "|" +
                                           encoders.measures + "|" + encoders.sound +
                                           (words.empty() ? "" : "|" + words));
  if (texts > 0) stage_line("embed", fmt::format("{} captions and transcripts embedded", texts));
  stage_line("embed", todo.empty() ? "up to date" : fmt::format("{} videos embedded", todo.size()));
}

}  // namespace foreview
