#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "evaluation/verdict.h"
#include "report/html.h"
#include "report/number_text.h"
#include "report/sections.h"
#include "report/svg_chart.h"

namespace foreview {
namespace {

constexpr double normal_975 = 1.959963984540054;

std::string decile_table(const ModelResult& model) {
  std::string rows;
  for (size_t i = 0; i < model.reliability.size(); ++i) {
    const ReliabilityBin& bin = model.reliability[i];
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                        i + 1, bin.count, figure_text(bin.prediction), figure_text(bin.truth),
                        percent_text(bin.coverage), figure_text(bin.width));
  }
  return fmt::format(
      "<div class=\"scroll\" role=\"region\" aria-label=\"Reliability of {0}\" tabindex=\"0\">"
      "<table><caption>Reliability of {0} ({1}): test videos by ascending forecast, modelled scale</caption>"
      "<thead><tr><th scope=\"col\">Part</th><th scope=\"col\">Videos</th><th scope=\"col\">Mean forecast</th>"
      "<th scope=\"col\">Mean label</th><th scope=\"col\">Inside 80 % interval</th>"
      "<th scope=\"col\">Its mean width</th></tr></thead>\n<tbody>{2}</tbody></table></div>\n",
      escape_html(model.name), spoken_name(model.track), rows);
}

// Levels and shares, with the band that chance alone would keep to.
std::string quantile_chart(const ModelResult& model, int test) {
  if (model.calibration.empty()) return "";
  const std::vector<double> ends{0, 1};
  const Axis x = linear_axis(ends, "promised: share below the quantile");
  SvgChart chart("Quantile calibration", "How often the label stayed below each promised quantile", x,
                 linear_axis(ends, "observed share"), {.height = 400});
  chart.add_segment(0, 0, 1, 1, "guide");
  std::vector<double> level, observed, low, high;
  for (const QuantileLevel& one : model.calibration) {
    const double chance = normal_975 * std::sqrt(one.level * (1 - one.level) / std::max(test, 1));
    level.push_back(one.level);
    observed.push_back(one.observed);
    low.push_back(std::max(0.0, one.level - chance));
    high.push_back(std::min(1.0, one.level + chance));
  }
  chart.add_line(level, low, "line-2");
  chart.add_line(level, high, "line-2");
  chart.add_line(level, observed, "line-0");
  for (size_t i = 0; i < level.size(); ++i)
    chart.add_point(level[i], observed[i], "",
                    fmt::format("{} promised, {} observed", percent_text(level[i]), percent_text(observed[i])));
  return "<figure><h3>Quantile calibration</h3><ul class=\"key\"><li class=\"line-0\">observed</li>"
         "<li class=\"line-2\">what chance alone would keep to (95 %)</li></ul>" +
         chart.finish() +
         fmt::format("<figcaption>{} ({}). Above the dashed diagonal quantiles are too high, below too low. The 10, 50 "
                     "and 90 % quantiles are the forecast's own; the others follow from them.</figcaption></figure>",
                     escape_html(model.name), spoken_name(model.track));
}

std::string coverage_chart(const ModelResult& model) {
  std::vector<double> part, coverage;
  for (size_t i = 0; i < model.reliability.size(); ++i) {
    part.push_back(static_cast<double>(i + 1));
    coverage.push_back(model.reliability[i].coverage);
  }
  if (part.size() < 2) return "";
  const Axis x = linear_axis(part, "test videos by ascending forecast, in equal parts");
  SvgChart chart("Coverage of the 80 % interval", "Share of each part's labels inside the 80 % interval", x,
                 linear_axis({0, 1}, "inside the 80 % interval"), {.height = 400});
  chart.add_segment(x.low, 0.8, x.high, 0.8, "guide");
  for (size_t i = 0; i < part.size(); ++i) {
    const ReliabilityBin& bin = model.reliability[i];
    const double chance = normal_975 * std::sqrt(0.16 / std::max(bin.count, 1));
    chart.add_segment(part[i], std::max(0.0, 0.8 - chance), part[i], std::min(1.0, 0.8 + chance), "span other");
    chart.add_point(part[i], coverage[i], "",
                    fmt::format("{} videos about {}: {} inside, mean width {}", bin.count, figure_text(bin.prediction),
                                percent_text(bin.coverage), figure_text(bin.width)));
  }
  return "<figure><h3>Coverage of the 80 % interval</h3>" + chart.finish() +
         "<figcaption>80 % is promised (dashed); vertical lines: what chance alone would keep to (95 %).</figcaption>"
         "</figure>";
}

}  // namespace

std::string reliability_section(const ReportContent& content) {
  std::string body;
  for (const ModelResult& model : content.results.models) {
    if (model.reliability.empty()) continue;
    body += "<div class=\"pair\">" + quantile_chart(model, content.results.options.test) + coverage_chart(model) +
            "</div>" + decile_table(model);
  }
  if (body.empty()) return "";
  return section("reliability", "How far the intervals can be trusted",
                 "<p>An interval that holds what it promises on average may still fail for the large ones.</p>" + body);
}

}  // namespace foreview
