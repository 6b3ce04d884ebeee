#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <set>

#include "core/files.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "media/decode_worker.h"
#include "pipeline/reason_list.h"
#include "pipeline/stages.h"
#include "pipeline/transcribe.h"

namespace foreview {
namespace {

/// What the threads share; locked by `mutex`.
struct Shared {
  std::mutex mutex;  // also of the catalog
  ReasonList skipped, noted;
};

// What one thread needs: its own worker process.
class Preparer {
 public:
  Preparer(RunContext& run, Shared& shared, int threads) : run_(run), shared_(shared), threads_(threads) {}

  /// True when the file could be used.
  bool prepare(const Video& video) {
    const auto tracks = run_.store.path(run_.tracks_encoder(), video.content_hash);
    if (!run_.store.has(run_.tracks_encoder(), video.content_hash) && !decode(video, tracks)) return false;
    return true;
  }

 private:
  bool decode(const Video& video, const std::filesystem::path& tracks) {
    if (!worker_) worker_ = std::make_unique<DecodeWorker>();
    const DecodeOutcome outcome = worker_->decode(video.record.file, run_.config.sampling, tracks, threads_);
    const std::lock_guard lock(shared_.mutex);
    if (!outcome.ok) {
      shared_.skipped.add(video.record.file.string(), outcome.reason);
      run_.catalog.set_skipped(video.record.id, "prepare", outcome.reason);
    }
    for (const auto& note : outcome.notes) shared_.noted.add(video.record.file.string(), note);
    return outcome.ok;
  }

  RunContext& run_;
  Shared& shared_;
  int threads_;  // for decoding one file
  std::unique_ptr<DecodeWorker> worker_;
};

std::vector<Video> still_to_do(RunContext& run) {
  std::vector<Video> todo;
  std::set<std::string> seen;  // copies are prepared once
  for (Video& video : run.catalog.videos()) {
    if (!video.has_media() || !seen.insert(video.content_hash).second) continue;
    const bool done = run.store.has(run.tracks_encoder(), video.content_hash);
    if (!done) todo.push_back(std::move(video));
  }
  return todo;
}

}  // namespace

void prepare(RunContext& run) {
  require_stage(run, "ingest", "prepare");
  const std::string state = run.tracks_encoder();
  if (run.catalog.stage_state("prepare") != state) run.catalog.clear_skips("prepare");
  const std::vector<Video> todo = still_to_do(run);
  if (todo.empty()) {
    transcribe_videos(run);
    run.catalog.set_stage_state("prepare", state);
    return stage_line("prepare", "up to date");
  }
  const int workers = std::min<int>(run.workers, static_cast<int>(todo.size()));
  Progress progress("prepare", todo.size(), "videos");
  // Many files: a thread each. Fewer files than processors: several threads a file.
  const int threads = std::max(1, run.workers / workers);
  Shared shared;
  std::vector<std::unique_ptr<Preparer>> preparers;
  for (int i = 0; i < workers; ++i) preparers.push_back(std::make_unique<Preparer>(run, shared, threads));
  for_each_parallel(todo.size(), workers, [&](size_t index, int worker) {
    throw_if_interrupted();
    const bool usable = preparers[worker]->prepare(todo[index]);
    if (!usable) progress.count_failure();
    progress.advance();
  });
  progress.finish();
  for (const std::string& line : shared.noted.lines()) warn_line(line);
  for (const std::string& line : shared.skipped.lines()) warn_line(line + "; left out");
  transcribe_videos(run);
  run.catalog.set_stage_state("prepare", state);
  const size_t failures = shared.skipped.size();
  stage_line("prepare",
             fmt::format("{} videos prepared{}", todo.size() - failures,
                         failures ? fmt::format(", {} left out (reasons above and in the report)", failures) : ""));
}

}  // namespace foreview
