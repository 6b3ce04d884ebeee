#include "dataset/jsonl.h"

#include <fmt/format.h>

#include <future>
#include <optional>
#include <vector>

#include "core/interrupt.h"
#include "core/json.h"
#include "core/line_reader.h"
#include "foreview/error.h"

namespace foreview {
namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

/// The line's JSON; absent, with a problem, when it is none.
std::optional<nlohmann::json> parse_line(const std::string& line, const LineReader& lines,
                                         const std::filesystem::path& source, const std::string& place,
                                         ProblemList& problems) {
  std::string problem = "the line is longer than 16 MB";
  try {
    if (!lines.is_cut()) return parse_json(line, source, {.unique_names = true, .first_line = lines.number()});
  } catch (const Error& error) {
    problem = error.parts().problem;
  }
  problems.add("lines that are no JSON", {place, problem, "correct or remove the line; it is not used"}, shown(source));
  return std::nullopt;
}

/// Rows of some lines, with what was wrong in them.
struct Batch {
  std::vector<MetadataRow> rows;
  ProblemList of_lines, of_rows;
  bool is_last = false;
};

/// Long lines end a batch early.
Batch next_batch(LineReader& lines, const std::filesystem::path& source, const FieldNames& names) {
  constexpr size_t most_lines = 1024, most_bytes = size_t{4} << 20;
  Batch batch;
  const std::string file = shown(source);
  std::string line;
  for (size_t count = 0, bytes = 0; count < most_lines && bytes < most_bytes; ++count, bytes += line.size()) {
    if (!lines.next(line)) {
      batch.is_last = true;
      return batch;
    }
    if (is_blank(line)) continue;
    const std::string place = fmt::format("{}:{}", file, lines.number());
    const auto object = parse_line(line, lines, source, place, batch.of_lines);
    if (!object) continue;
    if (auto row = read_row(*object, source, place, "", names, batch.of_rows)) batch.rows.push_back(std::move(*row));
  }
  return batch;
}

}  // namespace

void for_each_line(const std::filesystem::path& source, ProblemList& problems,
                   const std::function<bool(const nlohmann::json&, const std::string&)>& use) {
  LineReader lines(source);
  for (std::string line; lines.next(line);) {
    if (lines.number() % 1024 == 0) throw_if_interrupted();
    if (is_blank(line)) continue;
    const std::string place = fmt::format("{}:{}", shown(source), lines.number());
    const auto object = parse_line(line, lines, source, place, problems);
    if (object && !use(*object, place)) return;
  }
}

void read_jsonl(const std::filesystem::path& source, const FieldNames& names, RowSink& rows, ProblemList& problems) {
  LineReader lines(source);
  ProblemList of_rows;
  // While one batch is taken, the next one is read.
  const auto read_ahead = [&] {
    return std::async(std::launch::async, [&] { return next_batch(lines, source, names); });
  };
  std::future<Batch> ahead = read_ahead();
  for (bool is_last = false; !is_last && !rows.is_hopeless();) {
    throw_if_interrupted();
    Batch batch = ahead.get();
    is_last = batch.is_last;
    if (!is_last) ahead = read_ahead();
    problems.append(batch.of_lines);
    of_rows.append(batch.of_rows);
    for (MetadataRow& row : batch.rows) rows.add(std::move(row));
  }
  // A log or a transcript in lines is no mistake: only what is no JSON is told of a file that describes no videos.
  if (rows.is_recognised()) problems.append(of_rows);
}

bool looks_like_jsonl(const std::filesystem::path& source) {
  LineReader lines(source);
  std::string first, more;
  while (is_blank(first))
    if (!lines.next(first)) return false;
  if (lines.is_cut()) return false;
  while (is_blank(more))
    if (!lines.next(more)) return false;
  try {
    return parse_json(first, {}).is_object();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace foreview
