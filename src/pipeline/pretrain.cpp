#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/hash.h"
#include "core/log.h"
#include "pipeline/stages.h"
#include "visual/pretraining.h"

namespace foreview {
namespace {

struct ClipFiles {
  std::vector<std::filesystem::path> train, validation;
  std::string names;  // all content hashes with their split, for the stage's state
};

// Only videos of the training split are learnt from; validation videos are looked at to report the error.
ClipFiles clip_files(RunContext& run) {
  ClipFiles files;
  std::set<std::string> seen;
  for (const Video& video : run.catalog.videos()) {
    if (!video.has_media() || (video.split != Split::train && video.split != Split::validation)) continue;
    if (!seen.insert(video.content_hash).second) continue;
    if (!run.store.has(run.tracks_encoder(), video.content_hash)) continue;
    const auto path = run.store.path(run.tracks_encoder(), video.content_hash);
    (video.split == Split::train ? files.train : files.validation).push_back(path);
    files.names += fmt::format("{} {}\n", name_of(video.split), video.content_hash);
  }
  return files;
}

}  // namespace

void pretrain(RunContext& run) {
  require_stage(run, "prepare", "pretrain");
  if (!run.use.visual) {
    run.catalog.set_stage_state("pretrain", "not used");
    return stage_line("pretrain", "not needed: pixels are not used");
  }
  const ClipFiles files = clip_files(run);
  const std::string state = fingerprint(fmt::format("{}|{}|{}|{}|{}", run.config.pretrain.canonical(), run.config.seed,
                                                    run.device.name, run.tracks_encoder(), files.names));
  if (run.catalog.stage_state("pretrain") == state &&
      (files.train.empty() || std::filesystem::exists(run.work.encoder_weights())))
    return stage_line("pretrain", "up to date");

  std::error_code ignored;
  std::filesystem::remove(run.work.encoder_weights(), ignored);
  if (files.train.empty()) {
    run.catalog.set_stage_state("pretrain", state);
    return stage_line("pretrain", "no training video could be decoded; pixels are not used");
  }
  std::filesystem::create_directories(run.work.encoder_weights().parent_path());
  // The checkpoint is named by what it belongs to, so that one of other settings or data is never taken up.
  const auto checkpoint = run.work.encoder_checkpoint().parent_path() / ("checkpoint-" + state + ".safetensors");
  const PretrainResult result = pretrain_visual(
      files.train, files.validation, run.config.pretrain, static_cast<uint64_t>(run.config.seed), run.device,
      {.checkpoint = checkpoint, .time_limit = run.config.pretrain_time_limit}, run.work.encoder_weights());
  // Training that ran out of time is usable, and goes on when the stage is run again.
  run.catalog.set_stage_state("pretrain", result.out_of_time ? "out of time " + state : state);
  if (result.out_of_time) stage_line("pretrain", "stopped by the time limit; run it again to go on");
  stage_line(
      "pretrain",
      fmt::format(
          "{} clips; squared error {:.5f} a pixel, \"repeat the mean frame\" has {:.5f}, \"repeat the last frame\" "
          "{:.5f} ({} clips)",
          result.train_clips, result.reconstruction_error, result.mean_frame_error, result.last_frame_error,
          result.measured_on_validation ? "validation" : "training"));
  if (run.config.pretrain.future_frames > 0)
    stage_line("pretrain",
               fmt::format("frames after the clip: squared error {:.5f} a pixel, \"repeat the last frame\" has {:.5f}",
                           result.future_error, result.future_last_frame_error));
}

}  // namespace foreview
