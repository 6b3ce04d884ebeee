#include "pipeline/training_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/text.h"
#include "dataset/posting_time.h"
#include "dataset/target.h"
#include "foreview/error.h"
#include "pipeline/feature_set.h"

namespace foreview {
namespace {

/// What cross-validation must keep together for its folds to be as far apart as the split's parts: an author's videos,
/// a topic's, or, for a split by time, those of one of ten spans of time.
std::vector<std::string> fold_groups(const std::string& split, const std::vector<FeatureRow>& rows) {
  std::vector<std::string> groups(rows.size());
  if (split == "author" || split == "topic") {
    for (size_t i = 0; i < rows.size(); ++i)
      groups[i] = rows[i].video.record.text(split == "author" ? "uploader_id" : "topic");
  }
  if (split != "time") return groups;
  constexpr size_t spans = 10;
  std::vector<std::pair<double, size_t>> by_time;
  for (size_t i = 0; i < rows.size(); ++i) by_time.emplace_back(posted_unix(rows[i].video.record).value_or(0), i);
  std::ranges::sort(by_time);
  for (size_t place = 0; place < by_time.size(); ++place)
    groups[by_time[place].second] = std::to_string(place * spans / by_time.size());
  return groups;
}

/// A target made of nothing but what models are given (a duration, a channel's likes) would be read off its own input:
/// such inputs are hidden. Hidden in training, they are constant to the scalers and say nothing later either.
void hide_target(const std::string& target, std::vector<LabelledVideo>& videos) {
  const auto place = [](const std::vector<std::string>& names, const std::string& name) {
    return static_cast<size_t>(std::ranges::find(names, name) - names.begin());
  };
  const std::vector<std::string>&inputs = metadata_feature_names(), &channel = author_number_names();
  const std::vector<std::string> parts = split_text(target, '/');
  for (const std::string& part : parts)
    if (place(inputs, part + "_log1p") == inputs.size() && place(channel, part) == channel.size()) return;
  for (LabelledVideo& video : videos)
    for (const std::string& part : parts) {
      std::vector<float>& metadata = video.features.metadata;
      std::vector<double>& numbers = video.features.author_numbers;
      if (const size_t i = place(inputs, part + "_log1p"); i < inputs.size() && i < metadata.size())
        metadata[i] = std::numeric_limits<float>::quiet_NaN();
      if (const size_t i = place(channel, part); i < numbers.size())
        numbers[i] = std::numeric_limits<double>::quiet_NaN();
    }
}

std::filesystem::path tracks_of(const RunContext& run, const Video& video) {
  if (!video.has_media() || !run.store.has(run.tracks_encoder(), video.content_hash)) return {};
  return run.store.path(run.tracks_encoder(), video.content_hash);
}

}  // namespace

TrainingSet load_training_set(RunContext& run, const Modalities& use) {
  TrainingSet set;
  std::vector<FeatureRow> rows = load_feature_rows(run, Split::train, use, &set.unusable);
  for (FeatureRow& row : load_feature_rows(run, Split::validation, use)) rows.push_back(std::move(row));
  if (rows.size() < 2)
    throw Error({.file = run.config.data,
                 .problem = fmt::format("only {} usable training video(s) with a {}", rows.size(), run.config.target),
                 .expected = "2 at the very least, some hundreds for a useful model",
                 .advice = "add videos with their numbers"});
  const std::vector<std::string> groups = fold_groups(run.config.split, rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    set.tracks.push_back(tracks_of(run, rows[i].video));
    set.videos.push_back({std::move(rows[i].features), *rows[i].video.label, groups[i]});
  }
  hide_target(run.config.target, set.videos);
  return set;
}

TestInputs load_test_inputs(RunContext& run, const Modalities& use) {
  TestInputs inputs;
  for (FeatureRow& row : load_feature_rows(run, Split::test, use)) {
    inputs.tracks.push_back(tracks_of(run, row.video));
    inputs.videos.push_back(std::move(row.features));
  }
  return inputs;
}

Target target_of(const RunConfig& config, const std::vector<LabelledVideo>& videos) {
  std::vector<double> labels;
  for (const LabelledVideo& video : videos) labels.push_back(video.label.value);
  return resolve_target(config.target, *transform_choice_from_name(config.transform), labels);
}

}  // namespace foreview
