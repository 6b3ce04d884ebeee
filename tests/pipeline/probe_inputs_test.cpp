#include "pipeline/probe_inputs.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

TEST(ProbeMatrix, halves_are_taken_apart) {
  ProbeMatrix whole{Matrix(2, 3), {0, 1, 0}};
  for (size_t r = 0; r < 2; ++r)
    for (size_t c = 0; c < 3; ++c) whole.rows.at(r, c) = static_cast<double>(10 * r + c);
  const ProbeMatrix first = whole.only(0), second = whole.only(1);
  EXPECT_EQ(first.rows.values, (std::vector<double>{0, 2, 10, 12}));
  EXPECT_EQ(second.rows.values, (std::vector<double>{1, 11}));
  EXPECT_EQ(second.block_of_column.size(), 1u);
  EXPECT_EQ(whole.only(7).rows.cols, 0u);
}

}  // namespace
}  // namespace foreview
