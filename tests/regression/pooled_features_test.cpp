#include "regression/pooled_features.h"

#include <gtest/gtest.h>

#include <string>

#include "regression/kernel_columns.h"

namespace foreview {
namespace {

PooledLayout some_layout() {
  PooledLayout layout;
  layout.dimensions[static_cast<size_t>(TokenKind::visual)] = 3;
  layout.dimensions[static_cast<size_t>(TokenKind::measures)] = 2;
  layout.dimensions[static_cast<size_t>(TokenKind::caption)] = 4;
  return layout;
}

TEST(PooledLayout, EmbeddingsAndWordsAreAxesAndNumbersAreFacts) {
  const PooledLayout layout = some_layout();
  const std::vector<int> halves = layout.half_of_column();
  const std::set<int> axes = layout.halves_of_axes();
  std::string kinds;
  for (const int half : halves) kinds += axes.contains(half) ? 'a' : 'f';
  EXPECT_EQ(kinds,
            "aaaaaa"
            "ff"
            "aaaa"
            "fff")
      << "means, deviations; measures; caption; number of tokens a kind";
  EXPECT_NE(halves[0], halves[3]) << "means and deviations are apart";
}

TEST(KernelColumns, FactsAreNarrowAndWordsAreLeftOut) {
  const PooledLayout layout = some_layout();
  const KernelColumns taken = KernelColumns::of(layout);
  EXPECT_EQ(taken.columns, (std::vector<size_t>{0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14}));
  EXPECT_EQ(taken.is_narrow, (std::vector<bool>{false, false, true, true}));
}

}  // namespace
}  // namespace foreview
