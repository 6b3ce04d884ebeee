#include "dataset/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/interrupt.h"
#include "core/text.h"

namespace foreview {
namespace {

using Cells = std::vector<std::string>;

char separator_of(std::string_view text) {
  const std::string_view header = text.substr(0, text.find('\n'));
  char best = ',';
  for (const char candidate : {';', '\t'})
    if (std::count(header.begin(), header.end(), candidate) > std::count(header.begin(), header.end(), best))
      best = candidate;
  return best;
}

/// Takes rows one by one from a text.
class CsvRows {
 public:
  CsvRows(std::string_view text, char separator) : text_(text), separator_(separator) {}

  /// Line on which the row just read starts.
  size_t line() const { return line_; }
  /// Whether the last row's quote was never closed.
  bool is_unclosed() const { return unclosed_; }

  bool next(Cells& cells) {
    cells.clear();
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) advance();
    if (at_ >= text_.size()) return false;
    line_ = next_line_;
    for (;;) {
      cells.push_back(cell());
      if (at_ >= text_.size()) return true;
      const char end = text_[at_];
      advance();
      if (end == separator_) continue;
      return true;
    }
  }

 private:
  void advance() { next_line_ += text_[at_++] == '\n'; }

  /// Up to the separator or line end behind it.
  std::string cell() {
    if (at_ >= text_.size() || text_[at_] != '"') return plain();
    std::string content;
    advance();
    while (at_ < text_.size()) {
      if (text_[at_] == '"') {
        advance();
        if (at_ >= text_.size() || text_[at_] != '"') return content + plain();
      }
      content += text_[at_];
      advance();
    }
    unclosed_ = true;
    return content;
  }

  std::string plain() {
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  std::string_view text_;
  char separator_;
  size_t at_ = 0, line_ = 1, next_line_ = 1;
  bool unclosed_ = false;
};

nlohmann::json object_of(const Cells& header, const Cells& cells) {
  nlohmann::json object = nlohmann::json::object();
  for (size_t i = 0; i < header.size(); ++i)
    if (!cells[i].empty()) object[header[i]] = cells[i];
  return object;
}

}  // namespace

MetadataRows read_csv(std::string_view text, const std::filesystem::path& source, const FieldNames& names,
                      ProblemList& problems) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // byte order mark
  MetadataRows rows;
  CsvRows table(text, separator_of(text));
  Cells header, cells;
  if (!table.next(header)) return rows;
  for (std::string& name : header) name = clean_utf8(name);
  rows.recognised = describes_video(object_of(header, Cells(header.size(), "0")), names);
  if (!rows.recognised) return rows;
  for (size_t number = 1; table.next(cells); ++number) {
    if (number % 1024 == 0) throw_if_interrupted();
    const std::string place = fmt::format("{}:{}", shown(source), table.line());
    if (table.is_unclosed()) {
      problems.add("rows with a quote that is not closed",
                   {place, "a quote opened in this row is never closed; it and the rest of the file are not used",
                    "close the quote"});
    } else if (cells.size() != header.size()) {
      problems.add(
          "rows with another number of columns",
          {place, fmt::format("{} columns, the header has {}; the row is not used", cells.size(), header.size()),
           "quote cells that contain the separator, or correct the row"},
          shown(source));
    } else {
      read_row(object_of(header, cells), source, place, "", names, rows, problems);
    }
  }
  return rows;
}

}  // namespace foreview
