#include "dataset/merge.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace fs = std::filesystem;

namespace foreview {
namespace {

/// Whether an id can be the name of a file in the folder it is looked for, and nowhere else.
bool is_file_name(const std::string& id) {
  return id != "." && id != ".." && id.find('/') == id.npos && id.find('\0') == id.npos;
}

/// A row may name "videos/1.mp4"; an absolute or climbing path is seen by where it ends.
fs::path named_path(const fs::path& source, const std::string& named_file) {
  return (source.parent_path() / fs::path(named_file)).lexically_normal();
}

bool overlap(const Quantity& a, const Quantity& b) { return a.low <= b.high && b.low <= a.high; }

/// The better known of two values of one number.
const Quantity& better(const Quantity& a, const Quantity& b) { return b.high - b.low < a.high - a.low ? b : a; }

}  // namespace

MergedRecord Merger::locate(MetadataRow row) {
  MergedRecord located{.record = std::move(row.record), .place = row.place, .expected = {}};
  Record& record = located.record;
  const auto complain = [&](const std::string& what, const std::string& advice) {
    problems_.add(
        "records that lead outside the data folder",
        {row.place, fmt::format("record {}: {}; only caption and metadata can be used", in_quotes(record.id), what),
         advice, record.id});
  };
  if (!row.named_file.empty()) {
    const fs::path named = named_path(record.source, row.named_file);
    if (row.named_file.find('\0') != row.named_file.npos || !is_inside(named, root_)) {
      complain(fmt::format("its file {} is outside the data folder", in_quotes(row.named_file)),
               "put the video into the folder and name it relative to the metadata file");
      return located;
    }
    located.expected = named;
    std::error_code error;
    if (fs::is_regular_file(named, error)) record.file = named;
    return located;
  }
  if (!row.media_stem.empty()) {
    record.file = media_.find(row.media_stem, record.source.parent_path());
    if (!record.file.empty()) return located;
  }
  if (!is_file_name(record.id)) {
    complain("its id is no file name, so no video is looked for", "name the video in \"file\"");
    return located;
  }
  record.file = media_.find(record.id, record.source.parent_path());
  if (!media_.media().empty()) located.expected = record.source.parent_path() / (record.id + ".mp4");
  return located;
}

void Merger::add(MetadataRow row) {
  MergedRecord located = locate(std::move(row));
  if (!located.record.file.empty()) claimed_.insert(located.record.file);
  const std::string id = located.record.id;
  const auto known = records_.find(id);
  if (known == records_.end()) {
    records_.emplace(id, std::move(located));
  } else {
    merge(known->second, located);
  }
}

void Merger::merge(MergedRecord& known, const MergedRecord& more) {
  Record& record = known.record;
  const std::string again = fmt::format("record {} is also in {}", in_quotes(record.id), known.place);
  if (!record.file.empty() && !more.record.file.empty() && record.file != more.record.file)
    return problems_.add("ids of several videos",
                         {more.place, fmt::format("{} with another video ({})", again, shown(record.file.filename())),
                          "give each video an id of its own; only the first is used", record.id});
  if (record.file.empty()) record.file = more.record.file;
  if (known.expected.empty()) known.expected = more.expected;
  record.texts.insert(more.record.texts.begin(), more.record.texts.end());
  std::vector<std::string> conflicts;
  for (const auto& [field, value] : more.record.numbers) {
    const auto [own, is_new] = record.numbers.try_emplace(field, value);
    if (is_new) continue;
    if (!overlap(own->second, value))
      conflicts.push_back(fmt::format("{} {} there, {} here", field, own->second.value, value.value));
    own->second = better(own->second, value);
  }
  if (conflicts.empty()) return;
  problems_.add("records with conflicting values",
                {more.place, fmt::format("{} with other values ({})", again, join(conflicts, "; ")),
                 "correct one of them; the exact value is used, or the first of two exact ones", record.id});
}

}  // namespace foreview
