#include "dataset/readers.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/files.h"
#include "core/interrupt.h"
#include "core/json.h"
#include "core/progress.h"
#include "core/text.h"
#include "dataset/csv.h"
#include "dataset/join_table.h"
#include "dataset/json_document.h"
#include "dataset/jsonl.h"
#include "dataset/merge.h"
#include "dataset/record_store.h"
#include "foreview/error.h"

namespace fs = std::filesystem;

namespace foreview {
namespace {

constexpr size_t largest_document = size_t{512} << 20;  // bytes; JSON Lines and tables may be larger

enum class Form { none, document, lines, table, page };

Form form_of(const fs::path& file) {
  const std::string extension = lower_ascii(file.extension().string());
  if (extension == ".jsonl" || extension == ".ndjson") return Form::lines;
  if (extension == ".csv" || extension == ".tsv") return Form::table;
  if (extension == ".html" || extension == ".htm") return Form::page;
  return extension == ".json" ? Form::document : Form::none;
}

/// Reads one metadata file; throws Error when it is not what its name says.
void read_source(const fs::path& source, Form form, const FieldNames& names, RowSink& rows, ProblemList& problems) {
  if (form == Form::lines || (form == Form::document && looks_like_jsonl(source)))
    return read_jsonl(source, names, rows, problems);
  if (form == Form::table) return read_csv(source, names, rows, problems);
  const std::string text = read_file(source, largest_document);
  if (form == Form::page) return read_saved_page(text, source, names, rows, problems);
  read_json_document(parse_json(text, source, {.unique_names = true}), source, names, rows, problems);
}

/// Reads the sources one by one, each as a whole or not at all.
class SourceReader {
 public:
  SourceReader(const FieldNames& names, std::vector<JoinTable> joins, Merger& merger, RecordStore& records,
               ProblemList& problems)
      : names_(names), joins_(std::move(joins)), merger_(merger), records_(records), problems_(problems) {}

  void read(const fs::path& source, Form form) {
    throw_if_interrupted();
    RowSink rows([&](MetadataRow&& row) {
      for (JoinTable& join : joins_) join.add_to(row.record);
      merger_.add(std::move(row));
      progress_.advance();
    });
    records_.start_source();
    try {
      read_source(source, form, names_, rows, problems_);
      records_.keep_source();
    } catch (const Error& error) {
      records_.drop_source();
      if (error.kind() == ErrorKind::interrupted) throw;
      problems_.add("metadata files that cannot be read", {shown(source), error.parts().problem, error.parts().advice});
    }
  }

  void report_unused_joins() const {
    for (const JoinTable& join : joins_) join.report_unused(problems_);
  }

 private:
  const FieldNames& names_;
  std::vector<JoinTable> joins_;
  Merger& merger_;
  RecordStore& records_;
  ProblemList& problems_;
  Progress progress_{"ingest", 0, "rows read"};
};

std::vector<JoinSpec> join_specs(const ReadOptions& options, const fs::path& root, const FieldNames& names) {
  std::vector<JoinSpec> specs;
  if (options.join.empty()) return specs;
  for (const std::string& text : split_text(options.join, ',')) specs.push_back(JoinSpec::parse(text, root, names));
  return specs;
}

void read_sources(const std::vector<FolderFile>& files, const fs::path& root, const ReadOptions& options,
                  Merger& merger, RecordStore& records, ProblemList& problems) {
  const FieldNames names(options.map);
  const std::vector<JoinSpec> specs = join_specs(options, root, names);
  std::vector<JoinTable> joins;
  for (const JoinSpec& spec : specs) joins.emplace_back(spec, names, problems);
  SourceReader reader(names, std::move(joins), merger, records, problems);
  for (const FolderFile& file : files) {
    const auto is_this = [&](const JoinSpec& spec) { return spec.file == file.path; };
    if (std::any_of(specs.begin(), specs.end(), is_this)) continue;
    if (const Form form = form_of(file.path); form != Form::none) reader.read(file.path, form);
  }
  reader.report_unused_joins();
}

void report_missing_videos(const RecordStore& records, ProblemList& problems) {
  records.for_each_missing([&](const std::string& id, const fs::path& expected) {
    problems.add("records without a video file",
                 {shown(expected), "no video file; only caption and metadata can be used",
                  fmt::format("put the video there or remove record {}", in_quotes(id)), id});
  });
}

/// Media that no metadata speaks of.
void add_unlabelled(const MediaIndex& media, const Merger& merger, const fs::path& root, RecordStore& records,
                    ProblemList& problems) {
  for (const FolderFile& file : media.media()) {
    if (merger.claimed().contains(file.path)) continue;
    if (file.bytes == 0) {
      report_empty_file(file.path, {}, problems);
      continue;
    }
    Record record{.id = clean_utf8(file.path.stem().string()), .file = file.path, .source = {}};
    if (records.contains(record.id)) record.id = clean_utf8(file.path.lexically_relative(root).generic_string());
    while (!records.insert({.record = record, .place = {}, .expected = {}})) record.id += "'";
    problems.add("videos without a label", {shown(file.path), "a video without a label: no metadata names it",
                                            "add it to the metadata; until then it is not trained on", record.id});
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

std::vector<Problem> read_folder(const fs::path& folder, const ReadOptions& options, RecordStore& records) {
  require_folder(folder);
  const fs::path root = normal_folder(folder);
  ProblemList problems;
  std::vector<fs::path> unreadable;
  const std::vector<FolderFile> files = files_below(root, unreadable);
  for (const fs::path& path : unreadable)
    problems.add("folders that cannot be opened",
                 {shown(path), "the folder cannot be opened", "check its permissions"});

  const MediaIndex media(files);
  Merger merger(root, media, records, problems);
  read_sources(files, root, options, merger, records, problems);
  report_missing_videos(records, problems);
  if (media.media().empty() && records.size() > 0)
    problems.add("", {shown(root),
                      fmt::format("no video files for {} records; only captions and metadata are used", records.size()),
                      "put the videos there, if there are any"});
  records.start_source();
  add_unlabelled(media, merger, root, records, problems);
  records.keep_source();
  std::vector<Problem> told = problems.take();
  if (records.size() == 0)
    throw Error({.file = shown(root),
                 .problem = "nothing in this folder can be used",
                 .expected =
                     "videos (.mp4, .mov, .webm, ...) and metadata: a .json array of {\"id\", \"url\", \"views\"} with "
                     "<id>.mp4, yt-dlp's .info.json, TikTok's items and pages, .csv or .jsonl with a count a video",
                 .got = told.empty() ? "neither" : told.front().line(),
                 .advice = "name the folder that holds them"});
  return told;
}

ReadResult read_folder(const fs::path& folder, const ReadOptions& options) {
  SQLite::Database memory(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  RecordStore store(memory);
  ReadResult result;
  result.problems = read_folder(folder, options, store);
  store.for_each_batch(1024, [&](std::vector<Record> records, const std::vector<int64_t>&) {
    std::move(records.begin(), records.end(), std::back_inserter(result.records));
    return true;
  });
  std::sort(result.records.begin(), result.records.end(), [](const Record& a, const Record& b) { return a.id < b.id; });
  return result;
}

}  // namespace foreview
