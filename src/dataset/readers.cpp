#include "dataset/readers.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/files.h"
#include "core/interrupt.h"
#include "core/json.h"
#include "core/text.h"
#include "dataset/csv.h"
#include "dataset/json_document.h"
#include "dataset/jsonl.h"
#include "dataset/merge.h"
#include "foreview/error.h"

namespace fs = std::filesystem;

namespace foreview {
namespace {

constexpr size_t largest_metadata = size_t{512} << 20;  // bytes

enum class Form { none, document, lines, table, page };

Form form_of(const fs::path& file) {
  const std::string extension = lower_ascii(file.extension().string());
  if (extension == ".jsonl" || extension == ".ndjson") return Form::lines;
  if (extension == ".csv" || extension == ".tsv") return Form::table;
  if (extension == ".html" || extension == ".htm") return Form::page;
  return extension == ".json" ? Form::document : Form::none;
}

/// Rows of one metadata file; throws Error when it is not what its name says.
MetadataRows read_source(const fs::path& source, Form form, const FieldNames& names, ProblemList& problems) {
  const std::string text = read_file(source, largest_metadata);
  if (form == Form::lines) return read_jsonl(text, source, names, problems);
  if (form == Form::table) return read_csv(text, source, names, problems);
  if (form == Form::page) return read_saved_page(text, source, names, problems);
  nlohmann::json root;
  try {
    root = parse_json(text, source);
  } catch (const Error&) {
    if (looks_like_jsonl(text)) return read_jsonl(text, source, names, problems);
    throw;
  }
  return read_json_document(root, source, names, problems);
}

void read_sources(const std::vector<FolderFile>& files, const FieldNames& names, Merger& merger,
                  ProblemList& problems) {
  for (const FolderFile& file : files) {
    const Form form = form_of(file.path);
    if (form == Form::none) continue;
    throw_if_interrupted();
    try {
      MetadataRows read = read_source(file.path, form, names, problems);
      if (!read.recognised) continue;
      for (MetadataRow& row : read.rows) merger.add(std::move(row));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      problems.add("metadata files that cannot be read",
                   {shown(file.path), error.parts().problem, error.parts().advice});
    }
  }
}

bool is_empty_file(const fs::path& file) {
  std::error_code error;
  return fs::file_size(file, error) == 0 && !error;
}

void report_empty_file(const fs::path& file, const std::string& id, ProblemList& problems) {
  problems.add("empty video files",
               {shown(file), "the video file is empty (0 bytes)", "download it again or remove it", id});
}

/// The author in ".../@NAME/video/ID", as TikTok writes addresses.
std::string author_in(const std::string& address) {
  const size_t start = address.find("/@");
  if (start == address.npos) return {};
  const size_t end = address.find('/', start + 2);
  if (end == address.npos || address.compare(end, 7, "/video/") != 0) return {};
  return address.substr(start + 2, end - start - 2);
}

Record finished(MergedRecord merged, ProblemList& problems) {
  Record record = std::move(merged.record);
  if (record.text("uploader_id").empty()) {
    const std::string author = author_in(record.text("webpage_url"));
    if (!author.empty()) record.texts["uploader_id"] = author;
  }
  if (!record.file.empty() && is_empty_file(record.file)) {
    report_empty_file(record.file, record.id, problems);
    record.file.clear();
  } else if (record.file.empty() && !merged.expected.empty()) {
    problems.add("records without a video file",
                 {shown(merged.expected), "no video file; only caption and metadata can be used",
                  fmt::format("put the video there or remove record {}", in_quotes(record.id)), record.id});
  }
  return record;
}

/// Media that no metadata speaks of.
void add_unlabelled(const MediaIndex& media, const Merger& merger, const fs::path& root, std::vector<Record>& records,
                    ProblemList& problems) {
  std::set<std::string> ids;
  for (const Record& record : records) ids.insert(record.id);
  for (const FolderFile& file : media.media()) {
    if (merger.claimed().contains(file.path)) continue;
    if (file.bytes == 0) {
      report_empty_file(file.path, {}, problems);
      continue;
    }
    Record record{.id = clean_utf8(file.path.stem().string()), .file = file.path, .source = {}};
    if (ids.contains(record.id)) record.id = clean_utf8(file.path.lexically_relative(root).generic_string());
    while (!ids.insert(record.id).second) record.id += "'";
    problems.add("videos without a label", {shown(file.path), "a video without a label: no metadata names it",
                                            "add it to the metadata; until then it is not trained on", record.id});
    records.push_back(std::move(record));
  }
}

void require_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  const bool exists = fs::exists(folder, error);
  throw Error({.file = shown(folder),
               .problem = exists ? "is no folder" : "no such folder",
               .advice = "name the folder that holds the videos and their metadata"},
              ErrorKind::usage);
}

}  // namespace

ReadResult read_folder(const fs::path& folder, const ReadOptions& options) {
  require_folder(folder);
  const FieldNames names(options.map);
  const fs::path root = normal_folder(folder);
  ProblemList problems;
  std::vector<fs::path> unreadable;
  const std::vector<FolderFile> files = files_below(root, unreadable);
  for (const fs::path& path : unreadable)
    problems.add("folders that cannot be opened",
                 {shown(path), "the folder cannot be opened", "check its permissions"});

  const MediaIndex media(files);
  Merger merger(root, media, problems);
  read_sources(files, names, merger, problems);
  ReadResult result;
  for (auto& [id, merged] : merger.records()) result.records.push_back(finished(std::move(merged), problems));
  if (media.media().empty() && !result.records.empty())
    problems.add(
        "", {shown(root),
             fmt::format("no video files for {} records; only captions and metadata are used", result.records.size()),
             "put the videos there, if there are any"});
  add_unlabelled(media, merger, root, result.records, problems);
  std::sort(result.records.begin(), result.records.end(), [](const Record& a, const Record& b) { return a.id < b.id; });
  result.problems = problems.take();
  if (result.records.empty())
    throw Error({.file = shown(root),
                 .problem = "nothing in this folder can be used",
                 .expected =
                     "videos (.mp4, .mov, .webm, ...) and metadata: a .json array of {\"id\", \"url\", \"views\"} with "
                     "<id>.mp4, yt-dlp's .info.json, TikTok's items and pages, .csv or .jsonl with a count a video",
                 .got = result.problems.empty() ? "neither" : result.problems.front().line(),
                 .advice = "name the folder that holds them"});
  return result;
}

}  // namespace foreview
