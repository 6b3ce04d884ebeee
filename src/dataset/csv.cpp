#include "dataset/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/interrupt.h"
#include "core/line_reader.h"
#include "core/text.h"

namespace foreview {
namespace {

using Cells = std::vector<std::string>;

char separator_of(const std::string& header) {
  char best = ',';
  for (const char candidate : {';', '\t'})
    if (std::count(header.begin(), header.end(), candidate) > std::count(header.begin(), header.end(), best))
      best = candidate;
  return best;
}

/// Takes rows one by one. A row is a line, or several when a quote holds line ends.
class TableRows {
 public:
  explicit TableRows(const std::filesystem::path& file) : lines_(file, longest_row) {}

  /// Line on which the row just read starts.
  size_t line() const { return line_; }
  /// Whether the last row's quote was never closed within 16 MB.
  bool is_unclosed() const { return unclosed_; }

  bool next(Cells& cells) {
    do {
      if (!lines_.next(text_)) return false;
      if (lines_.number() == 1 && text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, 3);  // byte order mark
      while (text_.ends_with('\r')) text_.pop_back();
    } while (text_.empty());
    line_ = lines_.number();
    if (separator_ == 0) separator_ = separator_of(text_);
    cells.clear();
    at_ = 0;
    for (;; ++at_) {  // a cell ends at a separator or at the line's end
      cells.push_back(cell());
      if (at_ >= text_.size()) return true;
    }
  }

 private:
  static constexpr size_t longest_row = size_t{16} << 20;

  std::string cell() {
    if (at_ >= text_.size() || text_[at_] != '"') return plain();
    std::string content;
    ++at_;
    for (;;) {
      const size_t quote = text_.find('"', at_);
      content.append(text_, at_, quote - at_);
      if (quote != text_.npos) {
        at_ = quote + 1;
        if (at_ >= text_.size() || text_[at_] != '"') return content + plain();
        content += '"';
        ++at_;
        continue;
      }
      if (content.size() > longest_row || !lines_.next(text_)) {
        unclosed_ = true;
        at_ = text_.size();
        return content;
      }
      content += '\n';
      at_ = 0;
      while (text_.ends_with('\r')) text_.pop_back();
    }
  }

  std::string plain() {
    const size_t start = at_;
    at_ = std::min(text_.find(separator_, at_), text_.size());
    return text_.substr(start, at_ - start);
  }

  LineReader lines_;
  std::string text_;  // the row's present line
  char separator_ = 0;
  size_t at_ = 0, line_ = 1;
  bool unclosed_ = false;
};

nlohmann::json object_of(const Cells& header, const Cells& cells) {
  nlohmann::json object = nlohmann::json::object();
  for (size_t i = 0; i < header.size(); ++i)
    if (!cells[i].empty()) object[header[i]] = cells[i];
  return object;
}

}  // namespace

void for_each_table_row(const std::filesystem::path& source, ProblemList& problems,
                        const std::function<bool(const nlohmann::json&, const std::string&)>& use) {
  TableRows table(source);
  Cells header, cells;
  if (!table.next(header)) return;
  for (std::string& name : header) name = clean_utf8(name);
  if (!use(object_of(header, header), "")) return;
  for (size_t number = 1; table.next(cells); ++number) {
    if (number % 1024 == 0) throw_if_interrupted();
    const std::string place = fmt::format("{}:{}", shown(source), table.line());
    if (table.is_unclosed())
      return problems.add(
          "rows with a quote that is not closed",
          {place, "a quote opened in this row is never closed; it and the rest of the file are not used",
           "close the quote"});
    if (cells.size() != header.size()) {
      problems.add(
          "rows with another number of columns",
          {place, fmt::format("{} columns, the header has {}; the row is not used", cells.size(), header.size()),
           "quote cells that contain the separator, or correct the row"},
          shown(source));
    } else if (!use(object_of(header, cells), place)) {
      return;
    }
  }
}

void read_csv(const std::filesystem::path& source, const FieldNames& names, RowSink& rows, ProblemList& problems) {
  for_each_table_row(source, problems, [&](const nlohmann::json& object, const std::string& place) {
    if (place.empty()) {
      if (describes_video(object, names)) rows.recognise();
    } else if (auto row = read_row(object, source, place, "", names, problems)) {
      rows.add(std::move(*row));
    }
    return rows.is_recognised();
  });
}

}  // namespace foreview
