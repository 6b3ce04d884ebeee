#include <fmt/format.h>

#include <string>
#include <vector>

#include "report/html.h"
#include "report/sections.h"

namespace foreview {
namespace {

constexpr size_t kOpenSkips = 25;  // longer lists start folded

std::string bullet_list(const std::vector<std::string>& items, const std::string& when_empty) {
  if (items.empty()) return "<p class=\"note\">" + when_empty + "</p>";
  std::string html = "<ul class=\"plain\">";
  for (const std::string& item : items) html += "<li>" + escape_html(item) + "</li>";
  return html + "</ul>";
}

std::string term(const std::string& name, const std::string& meaning) {
  return "<dt>" + name + "</dt><dd>" + meaning + "</dd>";
}

}  // namespace

std::string section(const std::string& id, const std::string& heading, const std::string& body) {
  return fmt::format("<section aria-labelledby=\"{0}\"><h2 id=\"{0}\">{1}</h2>\n{2}\n</section>\n", id, heading, body);
}

std::string inputs_section(const ReportContent& content) {
  return section("inputs", "Inputs",
                 "<div class=\"lists\"><div><h3>Used</h3>" + bullet_list(content.inputs_used, "Nothing was used.") +
                     "</div><div><h3>Refused</h3>" +
                     bullet_list(content.inputs_refused,
                                 "Nothing had to be refused: no field that exists only after posting "
                                 "was found.") +
                     "</div></div>");
}

std::string skipped_section(const ReportContent& content) {
  const size_t count = content.skipped.size();
  if (count == 0) return section("skipped", "Skipped", "<p>Nothing was skipped: everything found was used.</p>");
  std::string rows;
  for (const ReportSkip& skip : content.skipped)
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>\n", escape_html(skip.file),
                        escape_html(skip.reason), escape_html(skip.advice));
  const std::string table = fmt::format(
      "<div class=\"scroll\" role=\"region\" aria-label=\"Skipped files\" tabindex=\"0\"><table "
      "class=\"words\"><caption>{} that "
      "could not be used, or not fully</caption><thead><tr><th scope=\"col\">File</th><th scope=\"col\">Why</th><th "
      "scope=\"col\">What to do</th></tr></thead><tbody>\n{}</tbody></table></div>",
      count == 1 ? "1 entry" : fmt::format("{} entries", count), rows);
  if (count <= kOpenSkips) return section("skipped", "Skipped", table);
  return section("skipped", "Skipped",
                 fmt::format("<details><summary>Show all {} entries</summary>{}</details>", count, table));
}

std::string facts_section(const ReportContent& content) {
  if (content.facts.empty()) return "";
  std::string rows;
  for (const auto& [name, value] : content.facts) rows += term(escape_html(name), escape_html(value));
  return section("facts", "This run", "<dl class=\"facts\">" + rows + "</dl>");
}

std::string glossary_section(const ReportContent& content) {
  const bool log1p = content.results.options.log1p;
  std::string rows = term("nMSE",
                          "squared error divided by the variance of the test labels; 1 is guessing their mean, 0 is "
                          "perfect. R² is 1 − nMSE");
  rows += term("Spearman",
               "how well the order of the videos is predicted: 1 perfect, 0 none; undefined for a constant guess");
  rows += term("MAE, RMSE", log1p ? "mean absolute and root mean squared error of ln(1 + value), as is the width of "
                                    "the interval; “raw” columns are in the target’s units"
                                  : "mean absolute and root mean squared error in the target’s units");
  rows += term("MAPE", "mean of |error| ÷ actual on the raw scale, videos with an actual value of 0 left out");
  if (content.results.options.binary)
    rows += term("AUC, accuracy",
                 "chance that a video with label 1 is put above one with label 0; share right when cut at one half");
  rows += term("80 % interval", "should hold the actual value for 8 of 10 videos; the narrower, the better");
  rows += term("floor", "a simple guess, such as the mean of the training videos, that a useful model must beat");
  rows += term("[95 %]",
               "paired bootstrap over the test videos; skill is claimed only when the whole interval lies below zero");
  return section("reading", "How to read the figures", "<dl class=\"facts\">" + rows + "</dl>");
}

}  // namespace foreview
