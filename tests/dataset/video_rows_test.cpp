#include "dataset/video_rows.h"

#include <gtest/gtest.h>

#include "foreview/error.h"

namespace foreview {
namespace {

std::vector<Video> three_videos() {
  Video trained{.record = {.id = "a"}, .split = Split::train, .label = Quantity{21.1e6, 21.05e6, 21.15e6}};
  trained.record.texts["description"] = "hello";
  trained.record.numbers["view_count"] = *trained.label;
  Video broken{.record = {.id = "b"},
               .split = Split::test,
               .label = Quantity::exact(5),
               .skipped_in = "prepare",
               .skip_reason = "cut off"};
  return {trained, broken, Video{.record = {.id = "c"}}};
}

TEST(VideoRows, TellStatusLabelAndReason) {
  const FlatRows rows = video_rows(three_videos(), "");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0]["status"], "train");
  EXPECT_EQ(rows[0]["label_low"], 21.05e6);
  EXPECT_EQ(rows[1]["status"], "skipped");
  EXPECT_EQ(rows[1]["reason"], "cut off");
  EXPECT_EQ(rows[2]["status"], "unlabelled");
  EXPECT_TRUE(rows[2]["label"].is_null());
  EXPECT_FALSE(rows[0].contains("description"));
  ASSERT_EQ(video_rows(three_videos(), "skipped").size(), 1u);
  EXPECT_THROW(video_rows(three_videos(), "skiped"), Error);
}

TEST(VideoRows, RecordsCarryEveryFieldAndItsInterval) {
  const FlatRows rows = record_rows(three_videos());
  EXPECT_EQ(rows[0]["description"], "hello");
  EXPECT_EQ(rows[0]["view_count"], 21.1e6);
  EXPECT_EQ(rows[0]["view_count_high"], 21.15e6);
  EXPECT_FALSE(rows[1].contains("view_count"));
}

}  // namespace
}  // namespace foreview
