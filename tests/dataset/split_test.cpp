#include "dataset/split.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "foreview/error.h"

namespace foreview {
namespace {

std::vector<SplitItem> make_items(int count, int authors) {
  std::vector<SplitItem> items;
  for (int i = 0; i < count; ++i)
    items.push_back({.id = fmt::format("video{}", i),
                     .copies = fmt::format("hash{}", i),
                     .author = authors ? fmt::format("author{}", i % authors) : "",
                     .posted_unix = 1000.0 + (i * 7919) % count});
  return items;
}

std::map<Split, size_t> counts(const std::vector<Split>& splits) {
  std::map<Split, size_t> counts;
  for (Split split : splits) ++counts[split];
  return counts;
}

TEST(Split, NamesThereAndBack) {
  for (Split split : {Split::none, Split::train, Split::validation, Split::test})
    EXPECT_EQ(split_from_name(name_of(split)), split);
  for (SplitKind kind : {SplitKind::random, SplitKind::time, SplitKind::author, SplitKind::topic})
    EXPECT_EQ(split_kind_from_name(name_of(kind)), kind);
  EXPECT_FALSE(split_from_name("Train"));
  EXPECT_FALSE(split_kind_from_name(""));
}

TEST(Split, RandomHasAboutTheSharesAndDependsOnTheSeed) {
  const auto items = make_items(4000, 0);
  const auto one = assign_splits(items, {.seed = 1});
  auto share = counts(one);
  EXPECT_NEAR(static_cast<double>(share[Split::test]) / 4000, 0.20, 0.03);
  EXPECT_NEAR(static_cast<double>(share[Split::validation]) / 4000, 0.15, 0.03);
  EXPECT_EQ(share[Split::none], 0u);
  EXPECT_EQ(one, assign_splits(items, {.seed = 1}));
  EXPECT_NE(one, assign_splits(items, {.seed = 2}));
}

TEST(Split, AddedVideosMoveNoOldOnes) {
  const auto many = make_items(600, 40);
  // Odd ones only: neither neighbours nor order may matter. Every author stays, with half of the videos.
  std::vector<SplitItem> few;
  for (size_t i = 0; i < many.size(); i += 3) few.push_back(many[i]);
  std::reverse(few.begin(), few.end());
  for (SplitKind kind : {SplitKind::random, SplitKind::author}) {
    const auto all = assign_splits(many, {.kind = kind, .seed = 5});
    const auto part = assign_splits(few, {.kind = kind, .seed = 5});
    for (size_t i = 0; i < few.size(); ++i) {
      const size_t old = static_cast<size_t>(std::stoi(few[i].id.substr(5)));
      EXPECT_EQ(part[i], all[old]) << few[i].id;
    }
  }
}

TEST(Split, CopiesStayTogether) {
  auto items = make_items(300, 30);
  for (size_t i = 0; i < items.size(); ++i) items[i].copies = fmt::format("hash{}", i / 3);
  for (SplitKind kind : {SplitKind::random, SplitKind::author, SplitKind::time}) {
    const auto splits = assign_splits(items, {.kind = kind, .seed = 3});
    for (size_t i = 0; i < items.size(); i += 3) {
      EXPECT_EQ(splits[i], splits[i + 1]);
      EXPECT_EQ(splits[i], splits[i + 2]);
    }
  }
}

TEST(Split, AuthorsStayOnOneSideEvenThroughCopies) {
  auto items = make_items(200, 20);
  items[0].copies = items[1].copies;  // author0 posted what author1 posted
  const auto splits = assign_splits(items, {.kind = SplitKind::author, .seed = 1});
  std::map<std::string, Split> side;
  for (size_t i = 0; i < items.size(); ++i) {
    const auto [found, is_new] = side.try_emplace(items[i].author, splits[i]);
    EXPECT_EQ(found->second, splits[i]);
  }
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const auto again = assign_splits(items, {.kind = SplitKind::author, .seed = seed});
    EXPECT_EQ(again[0], again[1]);
  }
}

TEST(Split, VideosWithoutAnAuthorAreAuthorsOfTheirOwn) {
  auto items = make_items(400, 0);
  items[0].author = "somebody";
  auto share = counts(assign_splits(items, {.kind = SplitKind::author}));
  EXPECT_GT(share[Split::test], 40u);
  EXPECT_GT(share[Split::train], 200u);
}

TEST(Split, TimeTestsOnTheLatest) {
  auto items = make_items(100, 0);
  const auto splits = assign_splits(items, {.kind = SplitKind::time});
  auto share = counts(splits);
  EXPECT_EQ(share[Split::test], 20u);
  EXPECT_EQ(share[Split::validation], 15u);
  double latest_train = 0, first_validation = 1e18, latest_validation = 0, first_test = 1e18;
  for (size_t i = 0; i < items.size(); ++i) {
    const double time = *items[i].posted_unix;
    if (splits[i] == Split::train) latest_train = std::max(latest_train, time);
    if (splits[i] == Split::validation) first_validation = std::min(first_validation, time);
    if (splits[i] == Split::validation) latest_validation = std::max(latest_validation, time);
    if (splits[i] == Split::test) first_test = std::min(first_test, time);
  }
  EXPECT_LT(latest_train, first_validation);
  EXPECT_LT(latest_validation, first_test);
}

TEST(Split, TopicsStayWholeAndAreSharedOutEvenly) {
  std::vector<SplitItem> items;
  for (int i = 0; i < 240; ++i) items.push_back({.id = fmt::format("v{}", i), .topic = fmt::format("topic{}", i % 12)});
  const auto splits = assign_splits(items, {.kind = SplitKind::topic, .seed = 1});
  std::map<std::string, std::set<Split>> of_topic;
  for (size_t i = 0; i < items.size(); ++i) of_topic[items[i].topic].insert(splits[i]);
  std::map<Split, size_t> topics;
  for (const auto& [topic, its] : of_topic) {
    EXPECT_EQ(its.size(), 1u) << topic;
    ++topics[*its.begin()];
  }
  EXPECT_EQ(topics[Split::test], 2u);
  EXPECT_EQ(topics[Split::validation], 2u);
  items[0].copies = items[1].copies = "same";  // topic0 and topic1 share a video
  const auto joined = assign_splits(items, {.kind = SplitKind::topic, .seed = 1});
  for (size_t i = 0; i < items.size(); ++i) EXPECT_TRUE(i % 12 >= 2 || joined[i] == joined[0]) << i;
}

TEST(Split, EveryVideoIsTestedInExactlyOneFold) {
  const auto items = make_items(500, 250);
  for (SplitKind kind : {SplitKind::random, SplitKind::author, SplitKind::topic}) {
    auto own = items;
    for (size_t i = 0; i < own.size(); ++i) own[i].topic = fmt::format("topic{}", i % 15);
    std::vector<int> tested(own.size(), 0);
    for (int fold = 1; fold <= 5; ++fold) {
      const auto splits = assign_splits(own, {.kind = kind, .seed = 2, .folds = 5, .fold = fold});
      auto share = counts(splits);
      EXPECT_GT(share[Split::validation], 20u);
      EXPECT_NEAR(static_cast<double>(share[Split::test]), 100, 35);
      for (size_t i = 0; i < own.size(); ++i) tested[i] += splits[i] == Split::test;
    }
    EXPECT_EQ(std::count(tested.begin(), tested.end(), 1), 500) << name_of(kind);
  }
  EXPECT_THROW(assign_splits(items, {.kind = SplitKind::time, .folds = 5}), Error);
}

TEST(Split, FoldsByAuthorAreOfNearlyEqualSize) {
  std::vector<SplitItem> items;
  for (int author = 0; author < 12; ++author)
    for (int video = 0; video <= 2 * author; ++video)
      items.push_back({.id = fmt::format("{}-{}", author, video), .author = fmt::format("author{}", author)});
  std::map<std::string, std::set<int>> folds_of_author;
  for (int fold = 1; fold <= 4; ++fold) {
    const auto splits = assign_splits(items, {.kind = SplitKind::author, .seed = 5, .folds = 4, .fold = fold});
    // 144 videos in all; by a hash alone the deviation would be 21.
    EXPECT_NEAR(static_cast<double>(counts(splits)[Split::test]), 36, 4) << fold;
    for (size_t i = 0; i < items.size(); ++i)
      if (splits[i] == Split::test) folds_of_author[items[i].author].insert(fold);
  }
  EXPECT_EQ(folds_of_author.size(), 12u);
  for (const auto& [author, folds] : folds_of_author) EXPECT_EQ(folds.size(), 1u) << author;
}

TEST(Split, TimeTiesGoById) {
  std::vector<SplitItem> items;
  for (const char* id : {"d", "a", "e", "c", "b"})
    items.push_back({.id = id, .copies = id, .author = "", .posted_unix = 5});
  const auto splits = assign_splits(items, {.kind = SplitKind::time});
  EXPECT_EQ(splits[2], Split::test);        // e
  EXPECT_EQ(splits[0], Split::validation);  // d
  EXPECT_EQ(splits[1], Split::train);
}

TEST(Split, ALateCopyGoesWithTheEarliest) {
  auto items = make_items(20, 0);
  for (size_t i = 0; i < items.size(); ++i) items[i].posted_unix = static_cast<double>(i);
  items[19].copies = items[0].copies;
  items[18].posted_unix.reset();
  const auto splits = assign_splits(items, {.kind = SplitKind::time});
  EXPECT_EQ(splits[19], Split::train);
  EXPECT_EQ(splits[18], Split::train);  // nobody knows when
  EXPECT_EQ(splits[17], Split::test);
}

std::string refusal(const std::vector<SplitItem>& items, const SplitOptions& options) {
  try {
    assign_splits(items, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "accepted";
}

TEST(Split, RefusesWhatCannotBeSplit) {
  auto items = make_items(5, 0);
  EXPECT_NE(refusal(items, {.kind = SplitKind::author}).find("no labelled video has an author"), std::string::npos);
  for (SplitItem& item : items) item.posted_unix.reset();
  EXPECT_NE(refusal(items, {.kind = SplitKind::time}).find("posting time"), std::string::npos);
  EXPECT_NE(refusal(items, {.validation_share = 0.5, .test_share = 0.5}).find("no training split"), std::string::npos);
  EXPECT_NE(refusal(items, {.validation_share = -0.5, .test_share = 0.5}), "accepted");
  EXPECT_TRUE(assign_splits({}, {.kind = SplitKind::author}).empty());
}

}  // namespace
}  // namespace foreview
