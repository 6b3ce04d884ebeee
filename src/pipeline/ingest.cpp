#include <fmt/format.h>

#include <map>
#include <set>

#include "core/hash.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "dataset/posting_time.h"
#include "dataset/readers.h"
#include "dataset/target.h"
#include "foreview/error.h"
#include "pipeline/stages.h"

namespace foreview {
namespace {

// Part of the state: raised when what ingest writes changes, so that older workspaces are read again.
constexpr const char* kIngestVersion = "ingest-2";

std::string state_of(const RunConfig& config) {
  return fingerprint(fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", kIngestVersion, config.map, config.min_age,
                                 config.data, folder_fingerprint(config.data), config.target, config.split, config.seed,
                                 config.validation_share, config.test_share));
}

void hash_media(std::vector<Video>& videos, std::vector<Problem>& problems, int workers) {
  Progress progress("ingest", videos.size(), "files");
  std::vector<std::string> failures(videos.size());
  for_each_parallel(videos.size(), workers, [&](size_t index, int) {
    throw_if_interrupted();
    Video& video = videos[index];
    if (!video.record.file.empty()) {
      try {
        video.content_hash = sha256_file(video.record.file);
      } catch (const Error& error) {
        failures[index] = error.parts().problem;
      }
    }
    progress.advance();
  });
  for (size_t i = 0; i < videos.size(); ++i) {
    if (failures[i].empty()) continue;
    videos[i].skipped_in = "ingest";
    videos[i].skip_reason = failures[i];
    problems.push_back({videos[i].record.file.string(), failures[i], "check the file and its permissions"});
  }
}

void assign(std::vector<Video>& videos, const RunConfig& config) {
  std::vector<SplitItem> items;
  std::vector<size_t> rows;
  for (size_t i = 0; i < videos.size(); ++i) {
    if (!videos[i].label) continue;
    const Record& record = videos[i].record;
    items.push_back({record.id, videos[i].content_hash, record.text("uploader_id"), posted_unix(record)});
    rows.push_back(i);
  }
  const auto splits = assign_splits(items, {.kind = *split_kind_from_name(config.split),
                                            .seed = static_cast<uint64_t>(config.seed),
                                            .validation_share = config.validation_share,
                                            .test_share = config.test_share});
  for (size_t i = 0; i < rows.size(); ++i) videos[rows[i]].split = splits[i];
}

void take_labels(std::vector<Video>& videos, std::vector<Problem>& problems, const std::string& target) {
  std::set<std::string> reported;  // the reader has said already why their numbers cannot be used
  for (const Problem& problem : problems) reported.insert(problem.id);
  size_t missing = 0;
  std::string example;
  for (Video& video : videos) {
    video.label = target_value(video.record, target);
    if (video.label || video.record.source.empty() || reported.contains(video.record.id)) continue;
    if (missing++ == 0) example = video.record.id;
  }
  if (missing > 0)
    problems.push_back({"",
                        fmt::format("{} video(s) have metadata but no usable {} (first: {})", missing, target, example),
                        "add the number to the metadata; until then they are not used"});
}

/// Views go on growing: a label read an hour after posting says another thing than one read after a month.
void leave_out_young(std::vector<Video>& videos, std::vector<Problem>& problems, const std::string& min_age) {
  const double least = *seconds_of(min_age);
  if (least <= 0) return;
  size_t young = 0, unknown = 0;
  for (Video& video : videos) {
    if (!video.label) continue;
    const auto age = age_at_observation(video.record);
    unknown += !age;
    if (!age || *age >= least) continue;
    video.label.reset();
    ++young;
  }
  if (young > 0)
    problems.push_back({"", fmt::format("{} video(s) were younger than {} when they were counted", young, min_age),
                        "count them again later; until then they are not used"});
  if (unknown > 0)
    problems.push_back({"", fmt::format("the age at counting of {} video(s) is not known", unknown),
                        "add \"epoch\", the time of counting, to the metadata; they are used as they are"});
}

void summarise(const std::vector<Video>& videos, size_t problems, const std::string& target) {
  std::map<Split, size_t> counts;
  for (const Video& video : videos) ++counts[video.split];
  stage_line("ingest",
             fmt::format("{} videos, {} with {}: {} training, {} validation, {} test{}", videos.size(),
                         videos.size() - counts[Split::none], target, counts[Split::train], counts[Split::validation],
                         counts[Split::test], problems ? fmt::format("; {} problem(s), listed above", problems) : ""));
}

}  // namespace

void ingest(RunContext& run) {
  if (run.config.data.empty())
    throw Error({.problem = "no data folder is named", .advice = "run: foreview run DATA --work W"}, ErrorKind::usage);
  const std::string state = std::filesystem::is_directory(run.config.data) ? state_of(run.config) : "";
  if (!state.empty() && run.catalog.stage_state("ingest") == state) return stage_line("ingest", "up to date");

  ReadResult found = read_folder(run.config.data, {.map = run.config.map});
  require_target(run.config.target, found.records);
  std::vector<Video> videos;
  for (Record& record : found.records) videos.push_back({.record = std::move(record)});
  take_labels(videos, found.problems, run.config.target);
  leave_out_young(videos, found.problems, run.config.min_age);
  hash_media(videos, found.problems, run.workers);
  assign(videos, run.config);
  for (const Problem& problem : found.problems) warn_line(problem.line());
  run.catalog.replace_videos(videos, found.problems);
  run.catalog.set_stage_state("ingest", state);
  summarise(videos, found.problems.size(), run.config.target);
}

}  // namespace foreview
