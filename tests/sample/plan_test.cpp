#include "sample/plan.h"

#include <gtest/gtest.h>

#include <set>

#include "dataset/count_label.h"
#include "foreview/error.h"
#include "sample/view_text.h"

namespace foreview {
namespace {

TEST(SamplePlan, IdsCarryThePostingTimeAndAreUnique) {
  std::set<std::string> ids, authors;
  for (const VideoPlan& plan : plan_sample({.videos = 1000, .seed = 4})) {
    EXPECT_EQ(plan.id.size(), 19u);
    EXPECT_EQ(std::stoull(plan.id) >> 32, static_cast<uint64_t>(plan.timestamp));
    EXPECT_GE(plan.words.size(), 4u);
    EXPECT_LE(plan.words.size(), 10u);
    ids.insert(plan.id);
    authors.insert(plan.author);
  }
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_EQ(authors.size(), 15u);
}

TEST(SamplePlan, EveryOptionThatChangesVideosChangesTheirIds) {
  const auto first_id = [](const SampleOptions& options) { return plan_sample(options).front().id; };
  const std::set<std::string> ids = {first_id({.videos = 5, .seed = 1}), first_id({.videos = 6, .seed = 1}),
                                     first_id({.videos = 5, .seed = 2}),
                                     first_id({.videos = 5, .seed = 1, .law = SampleLaw::audio})};
  EXPECT_EQ(ids.size(), 4u);
  EXPECT_EQ(first_id({.videos = 5, .seed = 1, .workers = 1}), first_id({.videos = 5, .seed = 1, .workers = 2}));
}

TEST(SamplePlan, RefusesNoVideos) {
  try {
    plan_sample({.videos = 0});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
  }
}

TEST(ViewText, LooksLikeTheSites) {
  EXPECT_EQ(view_text(0), "0");
  EXPECT_EQ(view_text(1635), "1635");
  EXPECT_EQ(view_text(9'999), "9999");
  EXPECT_EQ(view_text(10'000), "10.0K");
  EXPECT_EQ(view_text(177'649), "177.6K");
  EXPECT_EQ(view_text(999'949), "999.9K");
  EXPECT_EQ(view_text(999'950), "1.0M");
  EXPECT_EQ(view_text(21'149'999), "21.1M");
  EXPECT_EQ(view_text(21'150'000), "21.2M");
  EXPECT_EQ(view_text(1'250'000'000), "1.3B");
}

TEST(ViewText, ParsesBackWithinItsRounding) {
  for (uint64_t views = 1; views < 5'000'000'000; views += views / 7 + 1) {
    const auto parsed = parse_count(view_text(views));
    ASSERT_TRUE(std::holds_alternative<Quantity>(parsed)) << view_text(views);
    const Quantity& quantity = std::get<Quantity>(parsed);
    EXPECT_LE(quantity.low, static_cast<double>(views)) << view_text(views);
    EXPECT_GE(quantity.high, static_cast<double>(views)) << view_text(views);
    EXPECT_DOUBLE_EQ(quantity.value, static_cast<double>(rounded_views(views)));
  }
}

}  // namespace
}  // namespace foreview
