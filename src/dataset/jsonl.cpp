#include "dataset/jsonl.h"

#include <fmt/format.h>

#include "core/interrupt.h"
#include "core/json.h"
#include "core/line_reader.h"
#include "foreview/error.h"

namespace foreview {
namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

nlohmann::json parse_line(const std::string& line, const LineReader& lines, const std::filesystem::path& source) {
  if (lines.is_cut()) throw Error({.problem = "the line is longer than 16 MB"});
  return parse_json(line, source, {.unique_names = true, .first_line = lines.number()});
}

}  // namespace

void for_each_line(const std::filesystem::path& source, ProblemList& problems,
                   const std::function<bool(const nlohmann::json&, const std::string&)>& use) {
  LineReader lines(source);
  const std::string file = shown(source);
  for (std::string line; lines.next(line);) {
    if (lines.number() % 1024 == 0) throw_if_interrupted();
    if (is_blank(line)) continue;
    const std::string place = fmt::format("{}:{}", file, lines.number());
    nlohmann::json object;
    try {
      object = parse_line(line, lines, source);
    } catch (const Error& error) {
      problems.add("lines that are no JSON",
                   {place, error.parts().problem, "correct or remove the line; it is not used"}, file);
      continue;
    }
    if (!use(object, place)) return;
  }
}

void read_jsonl(const std::filesystem::path& source, const FieldNames& names, RowSink& rows, ProblemList& problems) {
  ProblemList of_rows;
  for_each_line(source, problems, [&](const nlohmann::json& object, const std::string& place) {
    if (auto row = read_row(object, source, place, "", names, of_rows)) rows.add(std::move(*row));
    return !rows.is_hopeless();
  });
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
