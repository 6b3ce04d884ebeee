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

/// The author in ".../@NAME/video/ID", as TikTok writes addresses.
std::string author_in(const std::string& address) {
  const size_t start = address.find("/@");
  if (start == address.npos) return {};
  const size_t end = address.find('/', start + 2);
  if (end == address.npos || address.compare(end, 7, "/video/") != 0) return {};
  return address.substr(start + 2, end - start - 2);
}

/// A record without an author takes the one in its address.
void take_author(Record& record) {
  if (!record.text("uploader_id").empty()) return;
  const std::string author = author_in(record.text("webpage_url"));
  if (!author.empty()) record.texts["uploader_id"] = author;
}

}  // namespace

void report_empty_file(const fs::path& file, const std::string& id, ProblemList& problems) {
  problems.add("empty video files",
               {shown(file), "the video file is empty (0 bytes)", "download it again or remove it", id});
}

void Merger::look_for_video(const MetadataRow& row, MergedRecord& located) {
  Record& record = located.record;
  const auto complain = [&](const std::string& what, const std::string& advice) {
    problems_.add(
        "records that lead outside the data folder",
        {row.place, fmt::format("record {}: {}; only caption and metadata can be used", in_quotes(record.id), what),
         advice, record.id});
  };
  if (!row.named_file.empty()) {
    const fs::path named = named_path(record.source, row.named_file);
    if (row.named_file.find('\0') != row.named_file.npos || !is_inside(named, root_))
      return complain(fmt::format("its file {} is outside the data folder", in_quotes(row.named_file)),
                      "put the video into the folder and name it relative to the metadata file");
    located.expected = named;
    std::error_code error;
    if (fs::is_regular_file(named, error)) record.file = named;
    return;
  }
  if (!row.media_stem.empty()) {
    record.file = media_.find(row.media_stem, record.source.parent_path());
    if (!record.file.empty()) return;
  }
  if (!is_file_name(record.id))
    return complain("its id is no file name, so no video is looked for", "name the video in \"file\"");
  if (media_.media().empty()) return;
  record.file = media_.find(record.id, record.source.parent_path());
  located.expected = record.source.parent_path() / (record.id + ".mp4");
}

void Merger::drop_empty_file(MergedRecord& located) {
  Record& record = located.record;
  std::error_code error;
  if (record.file.empty() || fs::file_size(record.file, error) != 0 || error) return;
  if (empty_.insert(record.file).second) report_empty_file(record.file, record.id, problems_);
  record.file.clear();
  located.expected.clear();
}

MergedRecord Merger::locate(MetadataRow row) {
  MergedRecord located{.record = std::move(row.record), .place = row.place, .expected = {}};
  look_for_video(row, located);
  if (!located.record.file.empty()) claimed_.insert(located.record.file);
  drop_empty_file(located);
  take_author(located.record);
  return located;
}

void Merger::add(MetadataRow row) {
  const MergedRecord located = locate(std::move(row));
  if (records_.insert(located)) return;
  MergedRecord known = records_.get(located.record.id);
  merge(known, located);
  records_.replace(known);
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
  // An author read from the address gives way to one that is named.
  if (const std::string author = more.record.text("uploader_id");
      !author.empty() && record.text("uploader_id") == author_in(record.text("webpage_url")))
    record.texts["uploader_id"] = author;
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
