#include "pipeline/run_context.h"

#include <fmt/format.h>

#include <algorithm>

#include "bert/sentence_encoder.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/text.h"
#include "features/frame_measures.h"
#include "foreview/error.h"
#include "speech/audio_statistics.h"
#include "speech/sound_measures.h"
#include "visual/visual_encoder.h"

namespace foreview {
namespace {

std::filesystem::path made(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw Error({.file = folder.string(),
                 .problem = "the workspace cannot be made: " + error.message(),
                 .advice = "choose another --work folder"});
  return folder;
}

}  // namespace

RunContext::RunContext(RunConfig given, Workspace where)
    : config(std::move(given)),
      work(std::move(where)),
      catalog(made(work.root) / work.catalog().filename()),
      store(work.features()),
      use(Modalities::parse(config.use)),
      device(resolve_device(config.device)),
      workers(config.threads > 0 ? config.threads : available_processors()) {
  open_log_file(work.log());
  configure_torch(workers);
  remove_stale_temporaries(work.root);
}

std::string RunContext::tracks_encoder() const { return "tracks-" + fingerprint(config.sampling.canonical()); }

std::string RunContext::transcript_encoder() const {
  const std::string recogniser = config.transcriber.recogniser();
  if (!use.speech || recogniser == "none") return "";
  return "transcript-" + recogniser + "-" + fingerprint(config.transcriber.fingerprint() + config.sampling.canonical());
}

std::string RunContext::speech_audio_encoder() const {
  if (config.transcriber.recogniser() != "whisper" || !use.speech) return "";
  return "whisper-audio-" + fingerprint(config.transcriber.fingerprint() + config.sampling.canonical());
}

std::string RunContext::audio_encoder() const {
  return "audio-statistics-" + fingerprint(audio_statistics_fingerprint() + config.sampling.canonical());
}

std::string RunContext::colour_encoder() const {
  return "colour-histogram-" + fingerprint("1" + config.sampling.canonical());
}

std::string RunContext::measures_encoder() const {
  return "frame-measures-" + fingerprint(frame_measures_fingerprint() + config.sampling.canonical());
}

std::string RunContext::sound_encoder() const {
  return "sound-measures-" + fingerprint(sound_measures_fingerprint() + config.sampling.canonical());
}

std::string RunContext::signature_encoder() const {
  return "signature-" + fingerprint("1" + config.sampling.canonical());
}

std::string RunContext::text_encoder() const {
  if (config.text_model.empty() || !(use.speech || use.caption)) return "";
  return "text-" + sentence_model_fingerprint(config.text_model);
}

std::string RunContext::visual_encoder() const {
  if (!use.visual || !std::filesystem::exists(work.encoder_weights())) return "";
  return "convlstm-" +
         fingerprint(VisualEncoder(work.encoder_weights(), device).fingerprint() + config.sampling.canonical());
}

void stage_line(const std::string& stage, const std::string& text) { info_line(stage + ": " + text); }

void require_stage(RunContext& run, const std::string& needed, const std::string& before) {
  if (run.catalog.stage_state(needed).empty())
    throw Error({.file = run.work.root.string(),
                 .problem = fmt::format("\"{}\" needs \"{}\", which has not finished here", before, needed),
                 .advice = fmt::format("run: foreview {} --work {}", needed, run.work.root.string())});
}

void require_features(RunContext& run, const std::string& before) {
  require_stage(run, "embed", before);
  const std::vector<std::string> taken = split_text(run.catalog.stage_state("embed"), '|');
  std::vector<std::string> wanted{run.visual_encoder()};
  if (run.use.audio) wanted.insert(wanted.end(), {run.audio_encoder(), run.sound_encoder()});
  if (run.use.visual) wanted.insert(wanted.end(), {run.colour_encoder(), run.measures_encoder()});
  for (const std::string& encoder : wanted)
    if (!encoder.empty() && std::ranges::find(taken, encoder) == taken.end())
      throw Error({.file = run.work.root.string(),
                   .problem = "its features were taken with other settings, or by another version of the program",
                   .expected = encoder,
                   .advice = fmt::format("run: foreview embed --work {}", run.work.root.string())});
}

}  // namespace foreview
