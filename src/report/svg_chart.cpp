#include "report/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "report/html.h"

namespace foreview {
namespace {

constexpr double kTextDrop = 4;  // from a tick's line to the baseline of its text, viewBox units

}  // namespace

SvgChart::SvgChart(const std::string& title, const std::string& description, Axis x, Axis y, Size size)
    : x_(std::move(x)), y_(std::move(y)), size_(size) {
  head_ = fmt::format("<svg class=\"chart\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">", size_.width,
                      size_.height, escape_html(title + ". " + description));
  draw_axes();
}

double SvgChart::across(double x) const {
  return size_.left + std::clamp(x_.share(x), 0.0, 1.0) * (size_.width - size_.left - size_.right);
}

double SvgChart::down(double y) const {
  return size_.height - size_.bottom - std::clamp(y_.share(y), 0.0, 1.0) * (size_.height - size_.top - size_.bottom);
}

void SvgChart::draw_axes() {
  const double right = size_.width - size_.right, bottom = size_.height - size_.bottom;
  for (const Axis::Tick& tick : x_.ticks) {
    const double x = across(tick.position);
    body_ += fmt::format("<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>", x,
                         size_.top, bottom);
    body_ += fmt::format("<text class=\"tick\" text-anchor=\"middle\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", x,
                         bottom + 18, escape_html(tick.label));
  }
  for (const Axis::Tick& tick : y_.ticks) {
    const double y = down(tick.position);
    body_ += fmt::format("<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>",
                         size_.left, right, y);
    body_ += fmt::format("<text class=\"tick\" text-anchor=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", size_.left - 8,
                         y + kTextDrop, escape_html(tick.label));
  }
  body_ += fmt::format("<line class=\"axis\" x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\"/>", size_.left,
                       right, bottom);
  body_ += fmt::format("<text class=\"label\" text-anchor=\"middle\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>",
                       0.5 * (size_.left + right), size_.height - 8, escape_html(x_.label));
  if (y_.label.empty()) return;
  body_ += fmt::format(
      "<text class=\"label\" text-anchor=\"middle\" transform=\"translate(14 {:.1f}) rotate(-90)\">{}</text>",
      0.5 * (size_.top + bottom), escape_html(y_.label));
}

void SvgChart::add_line(const std::vector<double>& x, const std::vector<double>& y, const std::string& css_class) {
  std::string path;
  bool pen_down = false;
  for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (!std::isfinite(x[i]) || !std::isfinite(y[i])) {
      pen_down = false;
      continue;
    }
    path += fmt::format("{}{:.1f} {:.1f}", pen_down ? "L" : "M", across(x[i]), down(y[i]));
    pen_down = true;
  }
  body_ += fmt::format("<path class=\"{}\" d=\"{}\"/>", css_class, path);
}

void SvgChart::add_segment(double x1, double y1, double x2, double y2, const std::string& css_class) {
  if (!std::isfinite(x1 + y1 + x2 + y2)) return;
  body_ += fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>", css_class,
                       across(x1), down(y1), across(x2), down(y2));
}

void SvgChart::add_point(double x, double y, const std::string& css_class, const std::string& hint, double radius) {
  if (!std::isfinite(x) || !std::isfinite(y)) return;
  body_ += fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"><title>{}</title></circle>",
                       css_class, across(x), down(y), radius, escape_html(hint));
}

void SvgChart::add_row_label(double y, const std::string& text) {
  body_ += fmt::format("<text class=\"row\" text-anchor=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", size_.left - 12,
                       down(y) + kTextDrop, escape_html(text));
}

std::string SvgChart::finish() const { return head_ + body_ + "</svg>"; }

}  // namespace foreview
