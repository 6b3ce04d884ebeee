#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "report/html.h"
#include "report/number_text.h"
#include "report/sections.h"
#include "report/svg_chart.h"

namespace foreview {
namespace {

constexpr size_t kMostPoints = 4000;  // more make the page heavy and show nothing more

// One test video in the coordinates of the charts.
struct Point {
  double actual = 0, predicted = 0, low = 0, high = 0;
  std::string hint;
};

// Intervals come on the raw scale; the charts stand on the modelled one.
double modelled(double raw, bool log1p) { return log1p ? std::log1p(std::max(raw, -0.999)) : raw; }

std::vector<Point> points_of(const ReportContent& content) {
  const std::vector<ReportRow>& rows = content.test_rows;
  const size_t step = (rows.size() + kMostPoints - 1) / kMostPoints;
  std::vector<Point> points;
  for (size_t i = 0; i < rows.size(); i += std::max<size_t>(step, 1)) {
    const ReportRow& row = rows[i];
    const bool log1p = content.results.options.log1p;
    const bool has_interval = row.low != 0 || row.high != 0;
    const std::string hint =
        fmt::format("{}: actual {}, predicted {}", row.id, count_text(row.actual), count_text(row.predicted)) +
        (has_interval ? fmt::format(" ({} to {})", count_text(row.low), count_text(row.high)) : "");
    points.push_back({row.actual_modelled, row.predicted_modelled, has_interval ? modelled(row.low, log1p) : NAN,
                      has_interval ? modelled(row.high, log1p) : NAN, hint});
  }
  return points;
}

Axis value_axis(const std::vector<double>& values, const std::string& label, bool log1p) {
  return log1p ? log1p_axis(values, label) : linear_axis(values, label);
}

std::string scatter(const std::vector<Point>& points, const std::string& target, bool log1p) {
  std::vector<double> values;
  for (const Point& point : points) values.insert(values.end(), {point.actual, point.predicted, point.low, point.high});
  const Axis x = value_axis(values, "actual " + target, log1p);
  SvgChart chart("Predicted against actual",
                 fmt::format("{} test videos; the dashed line is a perfect forecast", points.size()), x,
                 value_axis(values, "predicted " + target, log1p), {.height = 400});
  chart.add_segment(x.low, x.low, x.high, x.high, "guide");
  for (const Point& point : points) chart.add_segment(point.actual, point.low, point.actual, point.high, "range");
  for (const Point& point : points) chart.add_point(point.actual, point.predicted, "", point.hint);
  const bool intervals = std::any_of(points.begin(), points.end(), [](const Point& p) { return std::isfinite(p.low); });
  return "<figure><h3>Predicted against actual</h3>" + chart.finish() +
         fmt::format("<figcaption>On the dashed line a forecast is perfect.{}{}</figcaption></figure>",
                     intervals ? " Vertical lines are the 80 % intervals." : "",
                     log1p ? " Both scales are logarithmic." : "");
}

std::string residuals(const std::vector<Point>& points, const std::string& target, bool log1p) {
  std::vector<double> predicted, differences;
  for (const Point& point : points) {
    predicted.push_back(point.predicted);
    differences.push_back(point.predicted - point.actual);
  }
  const Axis x = value_axis(predicted, "predicted " + target, log1p);
  const Axis y =
      log1p ? factor_axis(differences, "predicted ÷ actual") : symmetric_axis(differences, "predicted − actual");
  SvgChart chart("Residuals", "Error of each forecast against the forecast; the dashed line is no error", x, y,
                 {.height = 400});
  chart.add_segment(x.low, 0, x.high, 0, "guide");
  for (size_t i = 0; i < points.size(); ++i) chart.add_point(predicted[i], differences[i], "", points[i].hint);
  return "<figure><h3>Residuals</h3>" + chart.finish() +
         "<figcaption>Above the dashed line the forecast was too high, below too low. A slope or a funnel here means "
         "that "
         "the model misses something it could know.</figcaption></figure>";
}

}  // namespace

std::string predictions_section(const ReportContent& content) {
  const std::vector<Point> points = points_of(content);
  const auto drawable = std::count_if(points.begin(), points.end(), [](const Point& point) {
    return std::isfinite(point.actual) && std::isfinite(point.predicted);
  });
  if (drawable == 0)
    return section("predictions", "Predicted against actual",
                   "<p>No test video has a forecast to show: too few labelled videos were left to hold some out.</p>");
  const std::string target = clean_utf8(content.results.options.target);
  const bool log1p = content.results.options.log1p;
  std::string lead = "The final author-free model on the test videos. Point at a dot for its video.";
  if (points.size() < content.test_rows.size())
    lead += fmt::format(" {} of {} videos are drawn, evenly picked.", points.size(), content.test_rows.size());
  return section("predictions", "Forecasts against what happened",
                 "<p>" + lead + "</p><div class=\"pair\">" + scatter(points, target, log1p) +
                     residuals(points, target, log1p) + "</div>");
}

}  // namespace foreview
