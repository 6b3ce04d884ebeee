#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/text.h"
#include "evaluation/results.h"
#include "evaluation/verdict.h"

namespace foreview {
namespace {

constexpr size_t kNameWidth = 24;   // characters
constexpr size_t kLineWidth = 104;  // characters

using Cells = std::vector<std::string>;

size_t characters_in(const std::string& utf8) {
  size_t count = 0;
  for (const char byte : utf8) count += (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
  return count;
}

std::string shortened(const std::string& name) {
  const std::string text = clean_utf8(name);
  if (characters_in(text) <= kNameWidth) return text;
  size_t bytes = 0, count = 0;
  for (; bytes < text.size(); ++bytes)
    if ((static_cast<unsigned char>(text[bytes]) & 0xC0) != 0x80 && count++ == kNameWidth - 2) break;
  return text.substr(0, bytes) + "..";
}

std::string number(const std::optional<double>& value) {
  if (!value) return "-";
  return std::abs(*value) < 1000 ? fmt::format("{:.3f}", *value) : fmt::format("{:.3g}", *value);
}

std::string percent(const std::optional<double>& value) { return value ? fmt::format("{:.0f} %", 100 * *value) : "-"; }

std::string difference_text(const std::optional<PairedDifference>& difference) {
  if (!difference) return "-";
  return fmt::format("{:+.3f} [{:+.3f}, {:+.3f}]", difference->delta, difference->low, difference->high);
}

Cells header(bool binary) {
  Cells cells{"model", "role", "author", "nMSE", "R2", "Spearman"};
  if (binary)
    cells.insert(cells.end(), {"AUC", "accuracy"});
  else
    cells.insert(cells.end(), {"MAE", "in 80 %"});
  cells.emplace_back("nMSE - best floor's [95 %]");
  return cells;
}

Cells row(const ModelResult& model, bool binary) {
  Cells cells{shortened(model.name),   name_of(model.role),   model.track == Track::author_free ? "unused" : "used",
              number(model.test.nmse), number(model.test.r2), number(model.test.spearman)};
  if (binary)
    cells.insert(cells.end(), {number(model.test.auc), percent(model.test.accuracy)});
  else
    cells.insert(cells.end(), {number(model.test.mae), percent(model.test.coverage80)});
  cells.push_back(difference_text(model.against_best_floor));
  return cells;
}

std::string render_rows(const std::vector<Cells>& rows) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const Cells& cells : rows)
    for (size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], characters_in(cells[i]));
  std::string text;
  for (const Cells& cells : rows) {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string padding(widths[i] - characters_in(cells[i]), ' ');
      const bool words = i < 3;
      line += (i > 0 ? "  " : "") + (words ? cells[i] + padding : padding + cells[i]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

// Breaks at blanks so that lines fit a terminal.
std::string wrapped(const std::string& text) {
  std::string out, line;
  for (const std::string& word : split_text(text, ' ')) {
    if (!line.empty() && characters_in(line) + 1 + characters_in(word) > kLineWidth) {
      out += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return out + line + "\n";
}

// A study's rows; nothing when it was not made.
std::string study_table(const Results& results, Study study, const std::string& heading) {
  std::vector<Cells> rows{{"variant", "trained on", "nMSE", "R2", "Spearman", "nMSE - final model's [95 %]",
                           "nMSE - best floor's [95 %]"}};
  for (const VariantResult& variant : results.variants)
    if (variant.study == study)
      rows.push_back({shortened(variant.name), std::to_string(variant.train), number(variant.test.nmse),
                      number(variant.test.r2), number(variant.test.spearman), difference_text(variant.against_final),
                      difference_text(variant.against_best_floor)});
  return rows.size() > 1 ? heading + "\n\n" + render_rows(rows) + "\n" : "";
}

}  // namespace

std::string Results::table() const {
  std::vector<Cells> rows{header(options.binary)};
  for (const ModelResult& model : models) rows.push_back(row(model, options.binary));
  const VerdictText verdict_text = explain_verdict(*this);
  const std::string scale = options.log1p ? " (MAE on the log1p scale)" : "";
  std::string words = wrapped(verdict_text.headline + ".");
  for (const std::string& sentence : verdict_text.evidence) words += wrapped(sentence);
  return fmt::format("{}: {} training, {} validation, {} test videos, split by {}{}\n\n", clean_utf8(options.target),
                     options.train, options.validation, options.test, options.split_kind, options.binary ? "" : scale) +
         render_rows(rows) + "\n" +
         study_table(*this, Study::ablation, "Inputs left out and alone (author-free, trained anew):") +
         study_table(*this, Study::learning_curve, "With fewer training videos (author-free, trained anew):") + words +
         wrapped(verdict_text.advice);
}

}  // namespace foreview
