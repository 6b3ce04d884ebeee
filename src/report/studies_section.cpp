#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "report/html.h"
#include "report/number_text.h"
#include "report/sections.h"
#include "report/svg_chart.h"

namespace foreview {
namespace {

std::vector<const VariantResult*> of_study(const Results& results, Study study) {
  std::vector<const VariantResult*> rows;
  for (const VariantResult& variant : results.variants)
    if (variant.study == study) rows.push_back(&variant);
  return rows;
}

std::string difference_cell(const std::optional<PairedDifference>& difference, const std::string& against) {
  if (!difference) return "<td>–</td>";
  return fmt::format("<td title=\"against {}\">{} [{}, {}]</td>", escape_html(against),
                     signed_text(difference->delta), signed_text(difference->low), signed_text(difference->high));
}

std::string variant_table(const std::vector<const VariantResult*>& rows, const std::string& caption, bool binary) {
  std::string body;
  for (const VariantResult* row : rows)
    body += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td>{}{}</tr>\n",
                        escape_html(row->name), row->train, figure_text(row->test.nmse),
                        figure_text(binary ? row->test.auc : row->test.spearman),
                        difference_cell(row->against_final, "the run's own model"),
                        difference_cell(row->against_best_floor, row->best_floor));
  return fmt::format(
      "<div class=\"scroll\" role=\"region\" aria-label=\"{0}\" tabindex=\"0\"><table><caption>{0}</caption>"
      "<thead><tr><th scope=\"col\">Trained anew</th><th scope=\"col\">On videos</th><th scope=\"col\">nMSE</th>"
      "<th scope=\"col\">{1}</th><th scope=\"col\">nMSE − the whole model’s [95 %]</th>"
      "<th scope=\"col\">nMSE − best floor’s [95 %]</th></tr></thead>\n<tbody>{2}</tbody></table></div>\n",
      escape_html(caption), binary ? "AUC" : "Spearman", body);
}

std::string curve_chart(const std::vector<const VariantResult*>& rows) {
  std::vector<double> videos, error;
  for (const VariantResult* row : rows) {
    if (!row->test.nmse) continue;
    videos.push_back(row->train);
    error.push_back(*row->test.nmse);
  }
  if (videos.size() < 2) return "";
  std::vector<double> x_ends = videos, y_ends = error;
  x_ends.push_back(0);
  y_ends.push_back(1);
  const Axis x = linear_axis(x_ends, "training videos");
  SvgChart chart("Learning curve", "nMSE on the test videos by the number of training videos", x,
                 linear_axis(y_ends, "nMSE", true), {.width = 960, .height = 300});
  chart.add_segment(x.low, 1, x.high, 1, "guide");
  chart.add_line(videos, error, "line-0");
  for (size_t i = 0; i < videos.size(); ++i)
    chart.add_point(videos[i], error[i], "", fmt::format("{:.0f} videos: nMSE {}", videos[i], figure_text(error[i])));
  return "<figure class=\"wide\"><h3>Learning curve</h3>" + chart.finish() +
         "<figcaption>On the dashed line a model is as good as guessing the mean. A curve that still falls at its end "
         "says that more videos would help.</figcaption></figure>";
}

}  // namespace

std::string studies_section(const ReportContent& content) {
  const auto ablation = of_study(content.results, Study::ablation);
  const auto curve = of_study(content.results, Study::learning_curve);
  if (ablation.empty() && curve.empty()) return "";
  const bool binary = content.results.options.binary;
  std::string body =
      "<p>The author-free model trained anew on less, and tested on the same videos. In the differences a model that is "
      "worse stands above zero.</p>";
  if (!ablation.empty())
    body += variant_table(ablation, "Each kind of input left out, and alone", binary);
  if (!curve.empty()) body += variant_table(curve, "With fewer training videos", binary) + curve_chart(curve);
  return section("studies", "What the inputs and the videos are worth", body);
}

}  // namespace foreview
