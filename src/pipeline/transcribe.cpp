#include "pipeline/transcribe.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "core/files.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/json.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "core/text.h"
#include "media/track_reader.h"
#include "pipeline/reason_list.h"
#include "pipeline/stages.h"
#include "transcription/sidecars.h"
#include "transcription/transcriber.h"

namespace foreview {
namespace {

void recognise_all(RunContext& run, const std::vector<std::string>& hashes) {
  const std::string encoder = run.transcript_encoder(), audio = run.speech_audio_encoder();
  Transcriber transcriber(run.config.transcriber, run.device, run.workers);
  const int threads = std::min(transcriber.threads(), static_cast<int>(hashes.size()));
  Progress progress("transcribe", hashes.size(), "videos");
  for_each_parallel(hashes.size(), threads, [&](size_t index, int thread) {
    throw_if_interrupted();
    const TrackReader tracks(run.store.path(run.tracks_encoder(), hashes[index]));
    Recognised found{{.source = "none", .language = "", .segments = {}}, {}};
    if (tracks.has_waveform()) found = transcriber.recognise(tracks.waveform(), thread);
    if (!audio.empty()) run.store.save_vectors(audio, hashes[index], found.audio);
    // The transcript comes last: where it is, all is.
    write_file_atomically(run.store.path(encoder, hashes[index], ".json"), dump_json(found.transcript.to_json(), 1));
    progress.advance();
  });
  progress.finish();
}

/// What is known of transcripts once all are there.
struct Sources {
  std::map<std::string, size_t> counts;
  std::string sidecar_texts;  // for the state: sidecars may change while videos do not

  std::string text() const {
    std::vector<std::string> parts;
    for (const auto& [source, count] : counts) parts.push_back(fmt::format("{} {}", count, source));
    return parts.empty() ? "none" : join(parts, ", ");
  }
};

std::string shown_source(const Transcript& transcript) {
  if (transcript.source == "none") return "without an audio track";
  if (transcript.segments.empty()) return "where nobody speaks";
  return transcript.source == "pocketsphinx" ? "PocketSphinx (low accuracy, English)" : transcript.source;
}

}  // namespace

void transcribe_videos(RunContext& run) {
  if (!run.use.speech) return;
  const std::string encoder = run.transcript_encoder();
  Sidecars sidecars;
  ReasonList problems;
  Sources sources;
  std::vector<std::string> todo, recognised;
  std::set<std::string> seen;
  for (const Video& video : run.catalog.videos()) {
    if (run.config.transcriber.uses_sidecars()) {
      std::string problem;
      const auto sidecar = sidecars.find(video.record, &problem);
      if (!problem.empty()) problems.add(video.record.id, problem);
      if (sidecar) {
        ++sources.counts["sidecar"];
        sources.sidecar_texts += video.record.id + " " + sha256_hex(dump_json(sidecar->to_json())) + "\n";
        continue;
      }
    }
    if (encoder.empty() || !video.has_media() || !run.store.has(run.tracks_encoder(), video.content_hash)) continue;
    recognised.push_back(video.content_hash);
    if (!run.store.has(encoder, video.content_hash, ".json") && seen.insert(video.content_hash).second)
      todo.push_back(video.content_hash);
  }
  for (const std::string& line : problems.lines()) warn_line(line);
  if (!todo.empty()) recognise_all(run, todo);
  for (const std::string& hash : recognised) {
    const auto file = run.store.path(encoder, hash, ".json");
    ++sources.counts[shown_source(Transcript::from_json(parse_json(read_file(file), file)))];
  }
  if (sources.counts.empty() && run.config.transcriber.source == "auto")
    stage_line("prepare",
               "no speech recogniser is installed and no subtitles are there, so spoken words are not used; "
               "apt install pocketsphinx-en-us");
  run.catalog.set_stage_state("transcripts", encoder + "|" + fingerprint(sources.sidecar_texts));
  if (run.catalog.stage_state("transcript_sources") != sources.text())
    stage_line("prepare", "transcripts: " + sources.text());
  run.catalog.set_stage_state("transcript_sources", sources.text());
}

std::string transcript_sources(const RunContext& run) {
  if (!run.use.speech) return "nobody (speech not used)";
  return run.catalog.stage_state("transcript_sources");
}

}  // namespace foreview
