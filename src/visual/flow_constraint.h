#pragma once

#include <algorithm>

#include "visual/grey_picture.h"

namespace foreview {

/// One movement for a region between two pictures: least squares over the optical flow constraint of its pixels (Lucas
/// and Kanade 1981). For steps of about a pixel.
class FlowConstraint {
 public:
  /// `damping` keeps a region without edges still; `least_determinant` one with edges in one direction only.
  FlowConstraint(double damping, double least_determinant)
      : xx_(damping), yy_(damping), least_determinant_(least_determinant) {}

  /// A pixel that is not on the pictures' edge.
  void add(const GreyPicture& before, const GreyPicture& after, int x, int y) {
    const double across = (before.at(x + 1, y) - before.at(x - 1, y) + after.at(x + 1, y) - after.at(x - 1, y)) / 4;
    const double along = (before.at(x, y + 1) - before.at(x, y - 1) + after.at(x, y + 1) - after.at(x, y - 1)) / 4;
    const double time = after.at(x, y) - before.at(x, y);
    xx_ += across * across, yy_ += along * along, xy_ += across * along, xt_ += across * time, yt_ += along * time;
  }

  /// In pixels.
  double right() const { return (xy_ * yt_ - yy_ * xt_) / determinant(); }
  double down() const { return (xy_ * xt_ - xx_ * yt_) / determinant(); }

 private:
  double determinant() const { return std::max(xx_ * yy_ - xy_ * xy_, least_determinant_); }

  double xx_, yy_, xy_ = 0, xt_ = 0, yt_ = 0;
  double least_determinant_;
};

}  // namespace foreview
