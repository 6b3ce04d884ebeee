#include "regression/pooled_features.h"

#include <gtest/gtest.h>

#include <string>

#include "features/picture_measures.h"
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
  const std::vector<int> groups = layout.group_of_column();
  const std::set<int> axes = layout.groups_of_axes();
  std::string kinds;
  for (const int group : groups) kinds += axes.contains(group) ? 'a' : 'f';
  EXPECT_EQ(kinds,
            "aaaaaa"
            "ff"
            "aaaa"
            "fff")
      << "means, deviations; measures; caption; number of tokens a kind";
  EXPECT_NE(groups[0], groups[3]) << "means and deviations are apart";
}

TEST(PooledLayout, WhatIsMeasuredOnPicturesIsApartFromMovement) {
  const size_t of_pictures = picture_measure_names().size();
  PooledLayout layout;
  layout.dimensions[static_cast<size_t>(TokenKind::measures)] = static_cast<int>(of_pictures) + 5;
  layout.dimensions[static_cast<size_t>(TokenKind::metadata)] = static_cast<int>(of_pictures) + 5;
  const std::vector<int> groups = layout.group_of_column();
  EXPECT_EQ(groups[0], groups[of_pictures - 1]);
  EXPECT_NE(groups[of_pictures - 1], groups[of_pictures]);
  EXPECT_EQ(groups[of_pictures], groups[of_pictures + 4]);
  EXPECT_NE(groups[of_pictures], groups[of_pictures + 5]) << "metadata is a group of its own";
  EXPECT_EQ(groups[of_pictures + 5], groups[2 * of_pictures + 9]) << "and whole";
  EXPECT_EQ(layout.block_of_column()[0], layout.block_of_column()[of_pictures]);
}

TEST(KernelColumns, FactsAreNarrowAndWordsAreLeftOut) {
  const PooledLayout layout = some_layout();
  const KernelColumns taken = KernelColumns::of(layout);
  EXPECT_EQ(taken.columns, (std::vector<size_t>{0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14}));
  EXPECT_EQ(taken.is_narrow, (std::vector<bool>{false, false, true, true}));
}

}  // namespace
}  // namespace foreview
