#include "pipeline/split_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "core/hash.h"
#include "core/interrupt.h"
#include "core/progress.h"
#include "dataset/posting_time.h"
#include "dataset/target.h"
#include "evaluation/column_signal.h"
#include "evaluation/metrics.h"
#include "features/video_features.h"
#include "foreview/error.h"
#include "pipeline/splits.h"
#include "regression/simple_model.h"

namespace foreview {
namespace {

struct AuditRows {
  std::vector<Video> videos;
  std::vector<VideoFeatures> features;
  std::vector<double> labels;  // modelled scale
  Target target;
};

AuditRows read_rows(RunContext& run, size_t most_rows) {
  AuditRows rows;
  size_t labelled = 0;
  run.catalog.for_each_video([&](const Video& video) { labelled += video.label.has_value(); });
  const double share = labelled > most_rows ? static_cast<double>(most_rows) / static_cast<double>(labelled) : 1;
  std::vector<double> raw;
  run.catalog.for_each_video([&](Video video) {
    if (!video.label || unit_hash("audit:" + video.record.id) >= share) return;
    const Modalities use = Modalities::parse("caption,metadata");
    rows.features.push_back(assemble_features(video.record, use, run.config.named_fields(), {}, {}, {}, {}, {}));
    raw.push_back(video.label->value);
    rows.videos.push_back(std::move(video));
  });
  if (rows.videos.size() < 40)
    throw Error({.problem = "there are too few labelled videos for an audit",
                 .expected = "40",
                 .got = fmt::format("{}", rows.videos.size()),
                 .advice = "add videos with their numbers"});
  rows.target = resolve_target(run.config.target, *transform_choice_from_name(run.config.transform), raw);
  for (const double label : raw) rows.labels.push_back(rows.target.forward(label));
  return rows;
}

std::vector<Split> splits_of(const AuditRows& rows, SplitOptions options) {
  std::vector<SplitItem> items;
  for (const Video& video : rows.videos)
    items.push_back({.id = video.record.id,
                     .copies = video.copies,
                     .author = video.record.text("uploader_id"),
                     .posted_unix = posted_unix(video.record),
                     .topic = video.record.text("topic")});
  return assign_splits(items, options);
}

SplitScore score(const AuditRows& rows, const SplitOptions& options, uint64_t seed) {
  SplitScore result{.split = std::string(name_of(options.kind)), .note = {}};
  std::vector<Split> splits;
  try {
    splits = splits_of(rows, options);
  } catch (const Error& error) {
    result.note = error.parts().problem;
    return result;
  }
  std::vector<VideoFeatures> train, test;
  std::vector<double> labels, truth;
  std::set<std::string> copies;
  for (size_t i = 0; i < splits.size(); ++i) {
    const bool tested = splits[i] == Split::test;
    if (tested && !rows.videos[i].copies.empty() && !copies.insert(rows.videos[i].copies).second) continue;
    (tested ? test : train).push_back(rows.features[i]);
    (tested ? truth : labels).push_back(rows.labels[i]);
  }
  result.train = train.size();
  result.test = test.size();
  if (train.size() < 20 || test.size() < 10) {
    result.note = "too few videos on one side";
    return result;
  }
  const auto author_free = simple_predictions(Track::author_free, train, labels, test, seed);
  result.author_free_nmse = normalized_mean_squared_error(truth, author_free);
  result.author_free_spearman = spearman(truth, author_free);
  std::set<std::string> authors;
  for (const VideoFeatures& video : train) authors.insert(video.author);
  if (authors.size() < 3) return result;
  const auto author_aware = simple_predictions(Track::author_aware, train, labels, test, seed);
  result.author_aware_nmse = normalized_mean_squared_error(truth, author_aware);
  result.author_aware_spearman = spearman(truth, author_aware);
  result.author_mean_nmse = normalized_mean_squared_error(truth, author_mean_predictions(train, labels, test));
  return result;
}

std::string reason_for(const std::string& field, const std::set<std::string>& used) {
  if (is_known_only_after_posting(field))
    return used.contains(field) ? "exists only after posting, and it is USED: the figures are no forecast"
                                : "exists only after posting; never used unless asked for by name";
  if (used.contains(field)) return "it is USED: find out how it was made, or leave it out of --features";
  return "looks as if it was made from the label; not used unless asked for by name";
}

void look_at_columns(const AuditRows& rows, const RunConfig& config, uint64_t seed, SplitAudit& audit) {
  const std::vector<std::string> named = config.named_fields();
  const std::set<std::string> used(named.begin(), named.end());
  std::set<std::string> numbers, texts;
  for (const Video& video : rows.videos) {
    for (const auto& [field, value] : video.record.numbers) numbers.insert(field);
    for (const auto& [field, value] : video.record.texts)
      if (!video.record.numbers.contains(field)) texts.insert(field);
  }
  const auto is_of_target = [&](const std::string& field) {
    return ("/" + config.target + "/").find("/" + field + "/") != std::string::npos;
  };
  const auto suspect = [&](const std::string& column, std::optional<double> signal, const std::string& why) {
    if (signal && *signal >= kSuspiciousSignal) audit.suspects.push_back({column, *signal, why});
  };
  for (const std::string& field : numbers) {
    if (is_of_target(field)) continue;
    std::vector<double> column;
    for (const Video& video : rows.videos)
      column.push_back(video.record.number(field).value_or(Quantity::exact(std::nan(""))).value);
    suspect(field, number_signal(column, rows.labels, seed), reason_for(field, used));
  }
  texts.insert("(metadata file)");
  texts.insert("(media folder)");
  for (const std::string& field : texts) {
    if (field == "uploader_id") continue;  // what an author's history tells is reported apart
    std::vector<std::string> column;
    for (const Video& video : rows.videos)
      column.push_back(field == "(metadata file)"  ? video.record.source.string()
                       : field == "(media folder)" ? video.record.file.parent_path().string()
                                                   : video.record.text(field));
    const bool is_place = field.starts_with('(');
    suspect(field, text_signal(column, rows.labels, seed),
            is_place ? "the label can be told from where the data lie: what else differs between the places?"
                     : "its values nearly are the labels");
  }
  std::sort(audit.suspects.begin(), audit.suspects.end(),
            [](const SuspectColumn& a, const SuspectColumn& b) { return a.r_squared > b.r_squared; });
}

nlohmann::json optional_json(const std::optional<double>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json();
}

std::string cell(const std::optional<double>& value) { return value ? fmt::format("{:.3f}", *value) : "-"; }

}  // namespace

SplitAudit audit_splits(RunContext& run, size_t most_rows) {
  const AuditRows rows = read_rows(run, most_rows);
  SplitAudit audit{.target = run.config.target,
                   .transform = std::string(name_of(rows.target.transform)),
                   .labelled = rows.videos.size(),
                   .splits = {},
                   .suspects = {}};
  SplitOptions options = split_options(run.config);
  options.folds = 0;
  const auto seed = static_cast<uint64_t>(run.config.seed);
  Progress progress("split-audit", 4, "splits");
  for (const SplitKind kind : {SplitKind::random, SplitKind::time, SplitKind::author, SplitKind::topic}) {
    throw_if_interrupted();
    options.kind = kind;
    audit.splits.push_back(score(rows, options, seed));
    progress.advance();
  }
  progress.finish();
  look_at_columns(rows, run.config, seed, audit);
  return audit;
}

nlohmann::json SplitAudit::to_json() const {
  nlohmann::json json{{"target", target}, {"transform", transform}, {"labelled", labelled}};
  json["splits"] = nlohmann::json::array();
  for (const SplitScore& split : splits)
    json["splits"].push_back({{"split", split.split},
                              {"train", split.train},
                              {"test", split.test},
                              {"author_mean_nmse", optional_json(split.author_mean_nmse)},
                              {"author_free_nmse", optional_json(split.author_free_nmse)},
                              {"author_free_spearman", optional_json(split.author_free_spearman)},
                              {"author_aware_nmse", optional_json(split.author_aware_nmse)},
                              {"author_aware_spearman", optional_json(split.author_aware_spearman)},
                              {"note", split.note}});
  json["suspects"] = nlohmann::json::array();
  for (const SuspectColumn& suspect : suspects)
    json["suspects"].push_back({{"column", suspect.column}, {"r_squared", suspect.r_squared}, {"why", suspect.why}});
  return json;
}

std::string SplitAudit::table() const {
  std::string text = fmt::format(
      "{} labelled videos, {} as {}. A simple model (ridge and trees on caption and metadata); nMSE: 1 is a constant, "
      "lower is better.\n\n",
      labelled, target, transform);
  text += fmt::format("{:<8} {:>7} {:>7}   {:>11}   {:>11} {:>9}   {:>12} {:>9}\n", "split", "train", "test",
                      "author mean", "author-free", "Spearman", "author-aware", "Spearman");
  for (const SplitScore& split : splits) {
    text +=
        fmt::format("{:<8} {:>7} {:>7}   {:>11}   {:>11} {:>9}   {:>12} {:>9}", split.split, split.train, split.test,
                    cell(split.author_mean_nmse), cell(split.author_free_nmse), cell(split.author_free_spearman),
                    cell(split.author_aware_nmse), cell(split.author_aware_spearman));
    text += split.note.empty() ? "\n" : "   " + split.note + "\n";
  }
  text +=
      "\nWhat an easy split hides: authors (or trends) that stand on both sides of a random split. If the figures of a "
      "harder split are much worse, trust the harder one.\n";
  if (suspects.empty()) return text + "No column tells more than half of the label by itself.\n";
  text += "\nColumns that tell more than half of the label by themselves (R² out of sample):\n";
  for (const SuspectColumn& suspect : suspects)
    text += fmt::format("  LEAK?  {:<28} {:.2f}  {}\n", suspect.column, suspect.r_squared, suspect.why);
  return text;
}

}  // namespace foreview
