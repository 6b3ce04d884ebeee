#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "report/html.h"
#include "report/sections.h"
#include "report/svg_chart.h"

namespace foreview {
namespace {

constexpr size_t kLineStyles = 3;  // .line-0 to .line-2 of the style sheet

bool has_point(const ReportCurve& curve) {
  for (size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i)
    if (std::isfinite(curve.x[i]) && std::isfinite(curve.y[i])) return true;
  return false;
}

// A curve measured only now and then stays one line: its missing points are left out.
void draw_curve(SvgChart& chart, const ReportCurve& curve, const std::string& css_class) {
  std::vector<double> x, y;
  for (size_t i = 0; i < std::min(curve.x.size(), curve.y.size()); ++i) {
    if (!std::isfinite(curve.x[i]) || !std::isfinite(curve.y[i])) continue;
    x.push_back(curve.x[i]);
    y.push_back(curve.y[i]);
  }
  chart.add_line(x, y, css_class);
}

std::string chart_figure(const ReportChart& content) {
  std::vector<double> x, y;
  std::string key;
  for (size_t i = 0; i < content.curves.size(); ++i) {
    const ReportCurve& curve = content.curves[i];
    if (!has_point(curve)) continue;
    x.insert(x.end(), curve.x.begin(), curve.x.end());
    y.insert(y.end(), curve.y.begin(), curve.y.end());
    key += fmt::format("<li class=\"line-{}\">{}</li>", i % kLineStyles, escape_html(curve.name));
  }
  const std::string heading = "<figure><h3>" + escape_html(content.title) + "</h3>";
  const std::string note = content.note.empty() ? "" : "<figcaption>" + escape_html(content.note) + "</figcaption>";
  if (key.empty()) return heading + "<p class=\"note\">No step was recorded.</p>" + note + "</figure>";
  SvgChart chart(content.title, content.y_label + " by " + content.x_label, linear_axis(x, content.x_label),
                 linear_axis(y, content.y_label, true), {.height = 300});
  for (size_t i = 0; i < content.curves.size(); ++i)
    if (has_point(content.curves[i])) draw_curve(chart, content.curves[i], fmt::format("line-{}", i % kLineStyles));
  return heading + "<ul class=\"key\">" + key + "</ul>" + chart.finish() + note + "</figure>";
}

std::string strip(const std::string& name, const std::string& id, const std::vector<ReportPicture>& pictures) {
  std::string html = "<span>" + escape_html(name) + "</span><div>";
  for (size_t i = 0; i < pictures.size(); ++i)
    html += fmt::format(
        "<img alt=\"{}, frame {} of {}, video {}\" width=\"{}\" height=\"{}\" src=\"data:image/png;base64,{}\">",
        escape_html(name), i + 1, pictures.size(), escape_html(id), pictures[i].width, pictures[i].height,
        base64(encode_png(pictures[i])));
  return html + "</div>";
}

}  // namespace

std::string training_section(const ReportContent& content) {
  if (content.training_curves.empty()) return section("training", "Training", "<p>No training curve was recorded.</p>");
  std::string figures;
  for (const ReportChart& chart : content.training_curves) figures += chart_figure(chart);
  return section("training", "Training",
                 "<p>Loss while training. A validation line that rises while the training line falls is overfitting; "
                 "training stops by it.</p><div class=\"pair\">" +
                     figures + "</div>");
}

std::string reconstruction_section(const ReportContent& content) {
  const std::string note =
      content.reconstruction_note.empty() ? "" : "<p>" + escape_html(content.reconstruction_note) + "</p>";
  const std::string probe = content.probe_table.empty() ? ""
                                                        : "<h3>Was pretraining worth it?</h3><pre>" +
                                                              escape_html(content.probe_table) + "</pre>";
  if (content.reconstructions.empty())
    return section("reconstructions", "What the visual encoder keeps",
                   note + "<p>There are no reconstructions to show.</p>" + probe);
  std::string figures;
  for (const auto& pair : content.reconstructions)
    figures += "<figure><div class=\"strip\">" + strip("original", pair.id, pair.original) +
               strip("rebuilt", pair.id, pair.reconstructed) + "</div><figcaption>" + escape_html(pair.id) +
               "</figcaption></figure>";
  return section(
      "reconstructions", "What the visual encoder keeps",
      "<p>Frames of a clip, and the same frames rebuilt from its one embedding vector: what cannot be seen in the "
      "second row, the forecast does not know.</p>" +
          note + "<div class=\"pair\">" + figures + "</div>" + probe);
}

}  // namespace foreview
