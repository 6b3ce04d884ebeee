#include "collect/archive.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

TEST(Archive, RemembersAcrossRuns) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / ".collect" / "archive.sqlite";
  std::string salt;
  {
    Archive archive(file);
    archive.put({.key = "s:1",
                 .topic = "A",
                 .address = "https://x/1",
                 .stem = "1",
                 .state = ItemState::done,
                 .media_bytes = 7});
    archive.put({.key = "s:2", .topic = "A", .address = "https://x/2", .reason = "500", .state = ItemState::failed});
    archive.put({.key = "s:2", .topic = "A", .address = "https://x/2", .reason = "404", .state = ItemState::gone});
    archive.add_candidates("A", {{"s:1", "https://x/1"}, {"s:2", "https://x/2"}});
    archive.add_candidates("A", {{"s:2", "https://x/2"}, {"s:3", "https://x/3"}});
    archive.count_request("2026-01-31");
    archive.count_request("2026-01-31");
    archive.observe("s:1", {.epoch = 2, .fields = "{\"view_count\":9}"});
    archive.observe("s:1", {.epoch = 1, .fields = "{\"view_count\":4}"});
    salt = archive.salt();
  }
  Archive archive(file);
  ASSERT_TRUE(archive.find("s:2"));
  EXPECT_EQ(archive.find("s:2")->tries, 2);
  EXPECT_EQ(archive.find("s:2")->reason, "404");
  EXPECT_EQ(archive.find("s:2")->state, ItemState::gone);
  EXPECT_FALSE(archive.find("s:9"));
  EXPECT_EQ(archive.done_in_topic("A"), 1u);
  EXPECT_EQ(archive.media_bytes(), 7u);
  EXPECT_FALSE(archive.claim_stem("s:9", "1"));
  EXPECT_TRUE(archive.claim_stem("s:1", "1"));
  ASSERT_EQ(archive.candidates("A").size(), 3u);
  EXPECT_EQ(archive.candidates("A")[2].key, "s:3");
  EXPECT_EQ(archive.requests_on("2026-01-31"), 2);
  EXPECT_EQ(archive.requests_on("2026-02-01"), 0);
  EXPECT_EQ(archive.observations("s:1").front().epoch, 1);
  EXPECT_EQ(archive.salt(), salt);
  EXPECT_EQ(salt.size(), 64u);
}

TEST(Archive, WhatIsOnItsWayKeepsItsNameAndItsRoom) {
  const testing::TemporaryFolder folder;
  Archive archive(folder.path() / ".collect" / "archive.sqlite");
  EXPECT_TRUE(archive.claim_stem("s:1", "x"));
  EXPECT_FALSE(archive.claim_stem("s:2", "x"));
  EXPECT_TRUE(archive.claim_bytes("s:1", 60, 100));
  EXPECT_FALSE(archive.claim_bytes("s:2", 50, 100));
  EXPECT_TRUE(archive.claim_bytes("s:2", 40, 100));
  EXPECT_EQ(archive.media_bytes(), 100u);
  archive.put({.key = "s:1", .state = ItemState::failed});  // it came to nothing
  EXPECT_TRUE(archive.claim_stem("s:2", "x"));
  EXPECT_EQ(archive.media_bytes(), 40u);
  archive.put({.key = "s:2", .stem = "x", .state = ItemState::done, .media_bytes = 40});
  EXPECT_EQ(archive.media_bytes(), 40u) << "not counted twice";
  EXPECT_FALSE(archive.claim_bytes("s:3", 61, 100));
}

TEST(Archive, OneRunAtATime) {
  const testing::TemporaryFolder folder;
  const Archive archive(folder.path() / ".collect" / "archive.sqlite");
  EXPECT_THROW(Archive(folder.path() / ".collect" / "archive.sqlite"), Error);
}

TEST(Archive, AFileThatIsNoneIsToldInOneLine) {
  const testing::TemporaryFolder folder;
  write_file_atomically(folder.path() / "c" / "archive.sqlite", std::string(5000, 'x'));
  EXPECT_THROW(Archive(folder.path() / "c" / "archive.sqlite"), Error);
}

}  // namespace
}  // namespace foreview
