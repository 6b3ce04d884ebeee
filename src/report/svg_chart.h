#pragma once

#include <string>
#include <vector>

#include "report/axis.h"

namespace foreview {

/// An inline SVG chart that is drawn part by part. Colours come from the page's style sheet by class, so that light and
/// dark need one drawing. Texts given are plain and are escaped here.
class SvgChart {
 public:
  struct Size {
    double width = 480, height = 340;  // viewBox units
    double left = 64, right = 16, top = 12, bottom = 48;
  };
  /// `title` names the chart to screen readers; `description` says what can be seen.
  SvgChart(const std::string& title, const std::string& description, Axis x, Axis y, Size size);

  /// Points that are no numbers break the line.
  void add_line(const std::vector<double>& x, const std::vector<double>& y, const std::string& css_class);
  void add_segment(double x1, double y1, double x2, double y2, const std::string& css_class);
  /// `hint` is shown on hovering.
  void add_point(double x, double y, const std::string& css_class, const std::string& hint, double radius = 3.5);
  /// The rows of an interval chart stand here instead of the y ticks.
  void add_row_label(double y, const std::string& text);
  std::string finish() const;

 private:
  double across(double x) const;
  double down(double y) const;
  void draw_axes();

  Axis x_, y_;
  Size size_;
  std::string head_, body_;
};

}  // namespace foreview
