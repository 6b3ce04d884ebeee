#include "support/reference_data.h"

#include <gtest/gtest.h>

#include <set>

#include "dataset/posting_time.h"
#include "dataset/readers.h"
#include "dataset/split.h"
#include "dataset/target.h"

namespace foreview {
namespace {

TEST(ReferenceFolders, SevenVerticalVideosWithExactCounts) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const ReadResult read = read_folder(*data / "data" / "vertical");
  for (const Problem& problem : read.problems) ADD_FAILURE() << problem.line();
  ASSERT_EQ(read.records.size(), 7u);
  for (const Record& record : read.records) {
    EXPECT_TRUE(std::filesystem::is_regular_file(record.file)) << record.id;
    ASSERT_TRUE(record.number("view_count"));
    EXPECT_TRUE(record.number("view_count")->is_exact()) << record.id;
    EXPECT_FALSE(record.text("uploader_id").empty());
    EXPECT_EQ(posted_unix(record).has_value(), record.text("platform") == "tiktok");
  }
  EXPECT_EQ(read.records.back().numbers.at("view_count").value, 4530);
}

TEST(ReferenceFolders, FightClipsWithTheirTarget) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const ReadResult read = read_folder(*data / "data" / "fight_clips");
  for (const Problem& problem : read.problems) ADD_FAILURE() << problem.line();
  ASSERT_EQ(read.records.size(), 198u);
  require_target("fight", read.records);
  std::vector<double> labels;
  std::vector<SplitItem> items;
  for (const Record& record : read.records) {
    ASSERT_TRUE(record.number("fight"));
    labels.push_back(record.number("fight")->value);
    items.push_back({.id = record.id, .content_hash = "", .author = record.text("uploader_id"), .posted_unix = {}});
  }
  EXPECT_TRUE(resolve_target("fight", TransformChoice::automatic, labels).binary);
  const auto splits = assign_splits(items, {.kind = SplitKind::author, .seed = 1});
  EXPECT_EQ(std::set<Split>(splits.begin(), splits.end()).size(), 3u);
}

}  // namespace
}  // namespace foreview
