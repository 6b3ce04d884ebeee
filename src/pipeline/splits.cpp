#include "pipeline/splits.h"

#include <fmt/format.h>

#include "core/hash.h"
#include "dataset/age_adjustment.h"
#include "dataset/posting_time.h"
#include "dataset/target.h"

namespace foreview {

SplitOptions split_options(const RunConfig& config) {
  return {.kind = *split_kind_from_name(config.split),
          .seed = static_cast<uint64_t>(config.seed),
          .validation_share = config.validation_share,
          .test_share = config.test_share,
          .folds = config.folds,
          .fold = config.fold};
}

std::string split_state(RunContext& run) {
  const RunConfig& config = run.config;
  return fingerprint(fmt::format("{}|{}|{}|{}|{}|{}", config.split, config.seed, config.validation_share,
                                 config.test_share, config.folds, config.fold));
}

namespace {

/// Tells all labels as they would have been at one age; how fast counts grow is seen on training videos alone.
void adjust_for_age(RunContext& run) {
  std::vector<AgedCount> counts;
  size_t ageless = 0;
  run.catalog.for_each_video([&](const Video& video) {
    if (!video.label) return;
    const auto age = age_at_observation(video.record);
    ageless += !age;
    if (age && video.split == Split::train)
      counts.push_back({target_value(video.record, run.config.target)->value, *age});
  });
  const AgeAdjustment adjustment = fit_age_adjustment(counts);
  run.catalog.replace_labels([&](const Video& video) {
    const Quantity label = *target_value(video.record, run.config.target);
    const auto age = age_at_observation(video.record);
    return age ? adjustment.adjusted(label, *age) : label;
  });
  const std::string told = fmt::format(
      "labels are told as they would have been {:.1f} days after posting (counts grow as age^{:.2f}, fitted on {} "
      "training videos); {} of unknown age stay as they are",
      adjustment.reference_age / 86400, adjustment.exponent, counts.size(), ageless);
  run.catalog.set_stage_state("age_adjustment", told);
  stage_line("ingest", told);
}

}  // namespace

void assign_splits(RunContext& run) {
  run.catalog.set_stage_state("split", "");
  run.catalog.assign_splits(split_options(run.config));
  if (run.config.age_adjust) adjust_for_age(run);
  run.catalog.set_stage_state("split", split_state(run));
}

}  // namespace foreview
