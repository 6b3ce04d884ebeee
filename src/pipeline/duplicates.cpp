#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/hash.h"
#include "core/interrupt.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "dataset/posting_time.h"
#include "features/near_duplicates.h"
#include "pipeline/splits.h"
#include "pipeline/stages.h"

namespace foreview {
namespace {

/// Each usable content once, with the earliest time it was posted.
std::vector<SignedContent> contents_of(const RunContext& run) {
  std::map<std::string, std::optional<double>> posted;
  run.catalog.for_each_video([&](const Video& video) {
    if (!video.has_media() || !run.store.has(run.tracks_encoder(), video.content_hash)) return;
    const auto time = posted_unix(video.record);
    const auto [known, is_new] = posted.try_emplace(video.content_hash, time);
    if (!is_new && time && (!known->second || *time < *known->second)) known->second = time;
  });
  std::vector<SignedContent> contents;
  for (const auto& [hash, time] : posted)
    contents.push_back({.content_hash = hash, .posted_unix = time, .signature = {}});
  return contents;
}

void take_signature(const RunContext& run, SignedContent& content) {
  const auto file = run.store.path(run.signature_encoder(), content.content_hash);
  if (run.store.has(run.signature_encoder(), content.content_hash)) {
    content.signature = read_signature(file);
    return;
  }
  content.signature = track_signature(read_tracks(run.store.path(run.tracks_encoder(), content.content_hash)));
  write_signature(file, content.signature);
}

}  // namespace

void group_duplicates(RunContext& run) {
  std::vector<SignedContent> contents = contents_of(run);
  std::string names;
  for (const SignedContent& content : contents) names += content.content_hash + "\n";
  const std::string state = fingerprint(run.signature_encoder() + names);
  if (run.catalog.stage_state("duplicates") == state) return;

  Progress progress("duplicates", contents.size(), "videos");
  for_each_parallel(contents.size(), run.workers, [&](size_t index, int) {
    throw_if_interrupted();
    take_signature(run, contents[index]);
    progress.advance();
  });
  progress.finish();
  const auto group_of = near_duplicates(contents);
  run.catalog.set_copies(group_of);
  assign_splits(run);
  run.catalog.set_stage_state("duplicates", state);
  if (group_of.empty()) return;
  std::set<std::string> groups;
  for (const auto& [hash, group] : group_of) groups.insert(group);
  stage_line("duplicates",
             fmt::format("{} videos look or sound like another: {} groups, each on one side of the split and "
                         "counted once in the test",
                         group_of.size(), groups.size()));
}

}  // namespace foreview
