#include "dataset/jsonl.h"

#include <fmt/format.h>

#include <future>
#include <vector>

#include "core/interrupt.h"
#include "core/json.h"
#include "core/line_reader.h"
#include "foreview/error.h"

namespace foreview {
namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

struct ParsedLine {
  size_t number = 0;
  nlohmann::json object;
  std::string problem;  // empty when it is JSON
};

ParsedLine parse_line(const std::string& line, const LineReader& lines, const std::filesystem::path& source) {
  ParsedLine parsed{.number = lines.number(), .object = {}, .problem = {}};
  if (lines.is_cut()) {
    parsed.problem = "the line is longer than 16 MB";
    return parsed;
  }
  try {
    parsed.object = parse_json(line, source, {.unique_names = true, .first_line = lines.number()});
  } catch (const Error& error) {
    parsed.problem = error.parts().problem;
  }
  return parsed;
}

/// The next lines that are not blank; none at the end. Long lines end a batch early.
std::vector<ParsedLine> next_lines(LineReader& lines, const std::filesystem::path& source) {
  constexpr size_t most_lines = 1024, most_bytes = size_t{4} << 20;
  std::vector<ParsedLine> parsed;
  size_t bytes = 0;
  for (std::string line; parsed.size() < most_lines && bytes < most_bytes && lines.next(line);) {
    bytes += line.size();
    if (!is_blank(line)) parsed.push_back(parse_line(line, lines, source));
  }
  return parsed;
}

}  // namespace

void for_each_line(const std::filesystem::path& source, ProblemList& problems,
                   const std::function<bool(const nlohmann::json&, const std::string&)>& use) {
  LineReader lines(source);
  const std::string file = shown(source);
  // While one batch is used, the next one is parsed.
  const auto read_ahead = [&] { return std::async(std::launch::async, [&] { return next_lines(lines, source); }); };
  std::future<std::vector<ParsedLine>> ahead = read_ahead();
  for (std::vector<ParsedLine> batch = ahead.get(); !batch.empty(); batch = ahead.get()) {
    throw_if_interrupted();
    ahead = read_ahead();
    for (const ParsedLine& line : batch) {
      const std::string place = fmt::format("{}:{}", file, line.number);
      if (!line.problem.empty()) {
        problems.add("lines that are no JSON", {place, line.problem, "correct or remove the line; it is not used"},
                     file);
      } else if (!use(line.object, place)) {
        return;
      }
    }
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
