#include "dataset/jsonl.h"

#include <fmt/format.h>

#include "core/interrupt.h"
#include "core/json.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// Takes the first line off `text`.
std::string_view take_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(blanks) == text.npos; }

}  // namespace

MetadataRows read_jsonl(std::string_view text, const std::filesystem::path& source, const FieldNames& names,
                        ProblemList& problems) {
  MetadataRows rows;
  ProblemList of_rows, of_lines;
  for (size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (is_blank(line)) continue;
    if (number % 1024 == 0) throw_if_interrupted();
    const std::string place = fmt::format("{}:{}", shown(source), number);
    try {
      read_row(parse_json(line, source, {.first_line = number}), source, place, "", names, rows, of_rows);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      of_lines.add("lines that are no JSON",
                   {place, error.parts().problem, "correct or remove the line; it is not used"}, shown(source));
    }
  }
  // A log or a transcript in lines is no mistake: only what is no JSON is told of a file that describes no videos.
  problems.append(of_lines);
  if (rows.recognised) problems.append(of_rows);
  return rows;
}

bool looks_like_jsonl(std::string_view text) {
  std::string_view line;
  while (!text.empty() && is_blank(line)) line = take_line(text);
  if (is_blank(text)) return false;
  try {
    return parse_json(line, {}).is_object();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace foreview
