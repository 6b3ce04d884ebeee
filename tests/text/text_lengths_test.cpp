#include "text/text_lengths.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace foreview {
namespace {

double length_of(const SparseRow& row) {
  double squares = 0;
  for (const auto& [column, value] : row) squares += value * value;
  return std::sqrt(squares);
}

/// Columns 0 and 1 are a block, 2 another, 3 is measured with the first.
TextLengths lengths_of(const std::vector<SparseRow>& rows) { return TextLengths::fit(rows, {2, 3, 4}, {0, 1, 0}); }

TEST(TextLengths, TheUsualLengthIsTheGeometricMeanOfRowsThatHaveAny) {
  const TextLengths lengths = lengths_of({{{0, 3.0}, {3, 4.0}}, {{1, 20.0}, {2, 7.0}}, {}});
  ASSERT_EQ(lengths.centres().size(), 2u);
  EXPECT_NEAR(lengths.centres()[0], std::log(10), 1e-12);
  EXPECT_NEAR(lengths.centres()[1], std::log(7), 1e-12);
  const std::vector<double> logarithms = lengths.logarithms({{0, 3.0}, {3, 4.0}});
  EXPECT_NEAR(logarithms[0], std::log(0.5), 1e-12);
  EXPECT_EQ(logarithms[1], 0) << "has none of the second group";
}

TEST(TextLengths, AnExponentSaysHowMuchOfALengthStays) {
  const TextLengths lengths = lengths_of({{{0, 10.0}, {2, 1.0}}, {{1, 40.0}, {2, 16.0}}, {{1, 2.5}, {2, 1.0 / 16}}});
  const SparseRow row = {{0, 12.0}, {2, 4.0}, {3, 16.0}};
  const SparseRow alike = lengths.scaled(row, std::vector<double>{0, 0}),
                  half = lengths.scaled(row, std::vector<double>{0.5, 0}),
                  whole = lengths.scaled(row, std::vector<double>{1, 1});
  EXPECT_NEAR(length_of({alike[0], alike[2]}), 1, 1e-12);
  EXPECT_NEAR(length_of({alike[1]}), 1, 1e-12);
  EXPECT_NEAR(length_of({half[0], half[2]}), std::sqrt(2), 1e-12);
  EXPECT_NEAR(length_of({whole[0], whole[2]}), 2, 1e-12);
  EXPECT_NEAR(length_of({whole[1]}), 4, 1e-12);
  EXPECT_NEAR(alike[2].second / alike[0].second, 16.0 / 12, 1e-12) << "terms of a group keep their shares";
}

TEST(TextLengths, EndlessTextsAndEmptyOnes) {
  const std::vector<double> whole = {1, 1};
  const TextLengths lengths = lengths_of({{{0, 0.5}}, {{0, 2.0}}}), wide = lengths_of({{{0, 1e-6}}, {{0, 1e6}}});
  EXPECT_NEAR(length_of(lengths.scaled({{0, 1e6}}, whole)), 2, 1e-9) << "no longer than the longest there was";
  EXPECT_NEAR(length_of(lengths.scaled({{0, 1e-6}}, whole)), std::exp(-2), 1e-9);
  EXPECT_NEAR(length_of(wide.scaled({{0, 1e6}}, whole)), std::exp(2), 1e-9);
  EXPECT_TRUE(lengths.scaled({}, std::vector<double>{1, 1}).empty());
  EXPECT_TRUE(TextLengths().scaled({}, {}).empty());
  EXPECT_EQ(TextLengths::fit({}, {2, 3}, {0, 1}).centres(), (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace foreview
