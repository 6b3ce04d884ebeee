#include "report/html_report.h"

#include <fmt/format.h>

#include "report/html.h"
#include "report/page_style.h"
#include "report/sections.h"

namespace foreview {
namespace {

// Nothing may be loaded or run, whatever a caption says: the browser enforces it, too.
constexpr const char* kContentPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

std::string head(const std::string& title) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "http-equiv=\"Content-Security-Policy\" "
      "content=\"{}\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
      "name=\"color-scheme\" "
      "content=\"light dark\">\n<title>{} · foreview</title>\n<style>{}</style>\n</head>\n",
      kContentPolicy, escape_html(title), kPageStyle);
}

}  // namespace

std::string render_report(const ReportContent& content) {
  const EvaluationOptions& options = content.results.options;
  const std::string title = content.title.empty() ? "videos" : content.title;
  return head(title) +
         fmt::format(
             "<body>\n<header><p class=\"kicker\">foreview report · {} · {} split</p>\n<h1>{}</h1></header>\n<main>\n",
             escape_html(options.target), escape_html(options.split_kind), escape_html(title)) +
         verdict_section(content) + results_section(content) + studies_section(content) +
         predictions_section(content) + reliability_section(content) +
         training_section(content) + reconstruction_section(content) + inputs_section(content) +
         skipped_section(content) + facts_section(content) + glossary_section(content) +
         "</main>\n<footer>The same figures for programs: metrics.json beside this page.</footer>\n</body>\n</html>\n";
}

}  // namespace foreview
