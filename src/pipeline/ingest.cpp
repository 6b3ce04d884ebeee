#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/hash.h"
#include "core/interrupt.h"
#include "core/log.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "dataset/catalog_update.h"
#include "dataset/posting_time.h"
#include "dataset/readers.h"
#include "dataset/target.h"
#include "foreview/error.h"
#include "pipeline/splits.h"
#include "pipeline/stages.h"

namespace foreview {
namespace {

// Part of the state: raised when what ingest writes changes, so that older workspaces are read again.
constexpr const char* kIngestVersion = "ingest-3";

std::string state_of(const RunConfig& config) {
  return fingerprint(fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", kIngestVersion, config.map, config.join, config.min_age,
                                 config.age_adjust, config.data, folder_fingerprint(config.data), config.target));
}

/// Turns records into videos, batch by batch: label, age, content hash.
class Completion {
 public:
  Completion(const RunContext& run, const std::vector<Problem>& told, size_t records)
      : target_(run.config.target),
        least_age_(*seconds_of(run.config.min_age)),
        workers_(run.workers),
        progress_("ingest", records, "records") {
    for (const Problem& problem : told) told_.insert(problem.id);
  }

  void complete(std::vector<Video>& videos) {
    throw_if_interrupted();
    for (Video& video : videos) {
      take_label(video);
      leave_out_young(video);
    }
    hash_media(videos);
    progress_.advance(videos.size());
  }

  /// What was noticed on the way, one problem a kind.
  std::vector<Problem> problems(const std::string& min_age) const {
    std::vector<Problem> problems = unreadable_;
    if (unlabelled_ > 0)
      problems.push_back(
          {"", fmt::format("{} video(s) have metadata but no usable {} (first: {})", unlabelled_, target_, example_),
           "add the number to the metadata; until then they are not used"});
    if (young_ > 0)
      problems.push_back({"", fmt::format("{} video(s) were younger than {} when they were counted", young_, min_age),
                          "count them again later; until then they are not used"});
    if (ageless_ > 0)
      problems.push_back({"", fmt::format("the age at counting of {} video(s) is not known", ageless_),
                          "add \"epoch\", the time of counting, to the metadata; they are used as they are"});
    return problems;
  }
  void finish() { progress_.finish(); }

 private:
  void take_label(Video& video) {
    video.label = target_value(video.record, target_);
    // The reader has said already why some numbers cannot be used.
    if (video.label || video.record.source.empty() || told_.contains(video.record.id)) return;
    if (unlabelled_++ == 0) example_ = video.record.id;
  }

  /// Views go on growing: a label read an hour after posting says another thing than one read after a month.
  void leave_out_young(Video& video) {
    if (!video.label || least_age_ <= 0) return;
    const auto age = age_at_observation(video.record);
    ageless_ += !age;
    if (!age || *age >= least_age_) return;
    video.label.reset();
    ++young_;
  }

  void hash_media(std::vector<Video>& videos) {
    const auto has_file = [](const Video& video) { return !video.record.file.empty(); };
    if (std::none_of(videos.begin(), videos.end(), has_file)) return;
    for_each_parallel(videos.size(), workers_, [&](size_t index, int) {
      Video& video = videos[index];
      if (video.record.file.empty()) return;
      throw_if_interrupted();
      try {
        video.content_hash = sha256_file(video.record.file);
      } catch (const Error& error) {
        video.skipped_in = "ingest";
        video.skip_reason = error.parts().problem;
      }
    });
    for (const Video& video : videos)
      if (!video.skip_reason.empty())
        unreadable_.push_back({video.record.file.string(), video.skip_reason, "check the file and its permissions"});
  }

  std::string target_;
  double least_age_;
  int workers_;
  Progress progress_;
  std::set<std::string> told_;  // ids
  std::vector<Problem> unreadable_;
  size_t unlabelled_ = 0, young_ = 0, ageless_ = 0;
  std::string example_;
};

void summarise(RunContext& run, size_t problems) {
  std::map<Split, size_t> counts = run.catalog.split_counts();
  const size_t labelled = counts[Split::train] + counts[Split::validation] + counts[Split::test];
  stage_line("ingest",
             fmt::format("{} videos, {} with {}: {} training, {} validation, {} test{}", labelled + counts[Split::none],
                         labelled, run.config.target, counts[Split::train], counts[Split::validation],
                         counts[Split::test], problems ? fmt::format("; {} problem(s), listed above", problems) : ""));
}

void read_data(RunContext& run, std::vector<Problem>& problems) {
  const RunConfig& config = run.config;
  CatalogUpdate update(run.catalog);
  problems = read_folder(config.data, {.map = config.map, .join = config.join}, update.records());
  TargetCheck check(config.target);
  update.for_each_record([&](const Record& record) { return !check.see(record); });
  check.require();
  Completion completion(run, problems, update.size());
  update.complete([&](std::vector<Video>& videos) { completion.complete(videos); });
  completion.finish();
  for (const Problem& problem : completion.problems(config.min_age)) problems.push_back(problem);
  for (const Problem& problem : problems) warn_line(problem.line());
  update.publish(problems);
}

}  // namespace

void ingest(RunContext& run) {
  if (run.config.data.empty())
    throw Error({.problem = "no data folder is named", .advice = "run: foreview run DATA --work W"}, ErrorKind::usage);
  const std::string state = std::filesystem::is_directory(run.config.data) ? state_of(run.config) : "";
  const bool known = !state.empty() && run.catalog.stage_state("ingest") == state;
  std::vector<Problem> problems;
  if (!known) {
    run.catalog.set_stage_state("ingest", "");
    for (const char* later : {"age_adjustment", "duplicates"}) run.catalog.set_stage_state(later, "");
    read_data(run, problems);
  }
  const bool split_known = known && run.catalog.stage_state("split") == split_state(run);
  if (!split_known) assign_splits(run);
  run.catalog.set_stage_state("ingest", state);
  if (split_known) return stage_line("ingest", "up to date");
  summarise(run, problems.size());
}

}  // namespace foreview
