#pragma once

#include <string>
#include <vector>

namespace foreview {

/// One axis of a chart: what it spans, and where it is marked.
struct Axis {
  struct Tick {
    double position = 0;
    std::string label;
  };
  double low = 0, high = 1;  // low < high
  std::string label;
  std::vector<Tick> ticks;

  /// Position between the ends, 0 to 1 (outside when value is).
  double share(double value) const { return (value - low) / (high - low); }
};

/// Round ticks (1, 2, 5 times a power of ten) over the finite values.
Axis linear_axis(const std::vector<double>& values, const std::string& label, bool from_zero = false);
/// Values are log1p of counts; ticks stand at 0, 1, 10, 100, ... and are labelled as counts.
Axis log1p_axis(const std::vector<double>& values, const std::string& label);
/// Values are differences of natural logarithms, symmetric about zero; ticks are factors: "÷10", "×1", "×10".
Axis factor_axis(const std::vector<double>& values, const std::string& label);
/// Linear and symmetric about zero.
Axis symmetric_axis(const std::vector<double>& values, const std::string& label);

}  // namespace foreview
