#include "support/reference_data.h"

#include <gtest/gtest.h>

#include <algorithm>
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
  std::vector<double> labels;
  std::vector<SplitItem> items;
  for (const Record& record : read.records) {
    ASSERT_TRUE(record.number("fight"));
    labels.push_back(record.number("fight")->value);
    items.push_back({.id = record.id, .copies = "", .author = record.text("uploader_id"), .posted_unix = {}});
  }
  EXPECT_TRUE(resolve_target("fight", TransformChoice::automatic, labels).binary);
  const auto splits = assign_splits(items, {.kind = SplitKind::author, .seed = 1});
  EXPECT_EQ(std::set<Split>(splits.begin(), splits.end()).size(), 3u);
}

size_t lines_with(const ReadResult& read, const std::string& words) {
  size_t count = 0;
  for (const Problem& problem : read.problems) count += problem.line().find(words) != std::string::npos;
  return count;
}

TEST(ReferenceFolders, ATableOf7522RowsAnd8Duplicates) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const ReadResult read = read_folder(*data / "data" / "tiktok_videos_7522");
  EXPECT_EQ(read.records.size(), 7514u);
  EXPECT_EQ(lines_with(read, "with other values"), 8u);
  for (const Record& record : read.records) {
    ASSERT_TRUE(record.number("view_count")) << record.id;
    ASSERT_TRUE(posted_unix(record)) << record.id;
    ASSERT_FALSE(record.text("uploader_id").empty());
  }
}

TEST(ReferenceFolders, TheOldScrapersThousand) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const ReadResult read = read_folder(*data / "data" / "tiktok_trending");
  ASSERT_EQ(read.records.size(), 1000u);
  double least = 1e18, most = 0;
  for (const Record& record : read.records) {
    const double views = record.number("view_count")->value;
    least = std::min(least, views), most = std::max(most, views);
    EXPECT_TRUE(record.number("duration")) << record.id;
  }
  EXPECT_EQ(least, 465);
  EXPECT_EQ(most, 250.8e6);
}

TEST(ReferenceFolders, PagesOfTwoYears) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const ReadResult read = read_folder(*data / "data" / "pages");
  EXPECT_EQ(read.records.size(), 55u) << "53 of a channel, 1 post, 1 saved page; profiles are no videos";
  for (const Record& record : read.records) EXPECT_TRUE(record.number("view_count")) << record.id;
}

TEST(ReferenceFolders, WrappedAuthorLikesAreUndone) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const ReadResult read = read_folder(*data / "data" / "smp_video");
  EXPECT_EQ(read.records.size(), 3200u);
  EXPECT_EQ(lines_with(read, "wrapped at 32 bits"), 11u);
  size_t above = 0;
  for (const Record& record : read.records)
    if (const auto likes = record.number("channel_like_count")) {
      EXPECT_GE(likes->value, 0);
      above += likes->value > 2147483647.0;
    }
  EXPECT_GE(above, 11u);
}

}  // namespace
}  // namespace foreview
