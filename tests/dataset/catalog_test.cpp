#include "dataset/catalog.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <set>

#include "dataset/catalog_update.h"
#include "dataset/record_store.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

Video make_video(const std::string& id, const std::string& hash) {
  Video video;
  video.record = {
      .id = id, .file = "/videos/" + id + ".mp4", .source = "/videos/meta.json", .texts = {}, .numbers = {}};
  video.content_hash = hash;
  return video;
}

void replace_videos(Catalog& catalog, const std::vector<Video>& videos, const std::vector<Problem>& problems) {
  CatalogUpdate update(catalog);
  for (const Video& video : videos)
    if (!update.records().insert({.record = video.record, .place = {}, .expected = {}}))
      throw Error({.problem = "the id is there already"});
  size_t next = 0;
  update.complete([&](std::vector<Video>& batch) {
    for (Video& video : batch) video = videos[next++];
  });
  update.publish(problems);
}

class CatalogTest : public ::testing::Test {
 protected:
  std::string refusal() const {
    try {
      Catalog catalog(file_);
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
      return error.what();
    }
    return "accepted";
  }
  testing::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "catalog.sqlite";
};

TEST_F(CatalogTest, KeepsEverything) {
  Video one = make_video("b", "hash1");
  one.record.texts = {{"description", "it's \"quoted\" 🐿"}, {"platform", ""}};
  one.record.numbers = {{"view_count", {21.1e6, 21.05e6, 21.15e6}}, {"score", Quantity::exact(-0.1)}};
  one.split = Split::validation;
  one.label = one.record.numbers.at("view_count");
  Video two = make_video("a", "");
  two.skipped_in = "ingest";
  two.skip_reason = "cannot be read";
  {
    Catalog catalog(file_);
    EXPECT_TRUE(catalog.videos().empty());
    EXPECT_EQ(catalog.stage_state("ingest"), "");
    replace_videos(catalog, {one, two}, {{"z.json", "wrong", "repair", "b"}, {"a.json", "bad", "", ""}});
    catalog.set_stage_state("ingest", "state1");
    catalog.set_stage_state("ingest", "state2");
  }
  const Catalog catalog(file_);
  const auto videos = catalog.videos();
  ASSERT_EQ(videos.size(), 2u);
  EXPECT_EQ(videos[0].record.id, "a");
  EXPECT_FALSE(videos[0].label);
  EXPECT_FALSE(videos[0].has_media());
  EXPECT_EQ(videos[0].skip_reason, "cannot be read");
  EXPECT_EQ(videos[0].split, Split::none);
  EXPECT_EQ(videos[1].record.texts, one.record.texts);
  EXPECT_EQ(videos[1].record.file, one.record.file);
  EXPECT_EQ(videos[1].record.source, one.record.source);
  ASSERT_EQ(videos[1].record.numbers.size(), 2u);
  EXPECT_EQ(videos[1].record.numbers.at("view_count").low, 21.05e6);
  EXPECT_EQ(videos[1].record.numbers.at("score").value, -0.1);
  EXPECT_EQ(videos[1].split, Split::validation);
  EXPECT_EQ(videos[1].label->high, 21.15e6);
  EXPECT_TRUE(videos[1].has_media());
  const auto problems = catalog.problems();
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].line(), "z.json: wrong; repair");
  EXPECT_EQ(problems[0].id, "b");
  EXPECT_EQ(catalog.stage_state("ingest"), "state2");
}

TEST_F(CatalogTest, SkipsStayWithUnchangedContent) {
  Catalog catalog(file_);
  replace_videos(catalog, {make_video("a", "1"), make_video("b", "2"), make_video("c", "3")}, {});
  catalog.set_skipped("a", "prepare", "no track");
  catalog.set_skipped("b", "prepare", "no track");
  catalog.set_skipped("c", "embed", "no clip");
  replace_videos(catalog, {make_video("a", "1"), make_video("b", "new"), make_video("c", "3")}, {});
  auto videos = catalog.videos();
  EXPECT_EQ(videos[0].skipped_in, "prepare");
  EXPECT_EQ(videos[1].skipped_in, "");
  EXPECT_EQ(videos[2].skip_reason, "no clip");
  catalog.clear_skips("prepare");
  videos = catalog.videos();
  EXPECT_EQ(videos[0].skipped_in, "");
  EXPECT_EQ(videos[0].skip_reason, "");
  EXPECT_EQ(videos[2].skipped_in, "embed");
  EXPECT_THROW(catalog.set_skipped("nobody", "prepare", "x"), Error);
}

TEST_F(CatalogTest, AFailedReplacementChangesNothing) {
  Catalog catalog(file_);
  replace_videos(catalog, {make_video("a", "1")}, {{"f", "w", "a"}});
  EXPECT_THROW(replace_videos(catalog, {make_video("b", "2"), make_video("b", "3")}, {}), Error);
  ASSERT_EQ(catalog.videos().size(), 1u);
  EXPECT_EQ(catalog.videos()[0].record.id, "a");
  EXPECT_EQ(catalog.problems().size(), 1u);
}

TEST_F(CatalogTest, AnUpdateGivenUpChangesNothing) {
  Catalog catalog(file_);
  replace_videos(catalog, {make_video("a", "1")}, {});
  {
    CatalogUpdate update(catalog);
    update.records().insert({.record = make_video("b", "2").record, .place = {}, .expected = {}});
    update.complete([](std::vector<Video>&) {});
    EXPECT_EQ(catalog.videos().at(0).record.id, "a");
  }
  EXPECT_EQ(catalog.videos().size(), 1u);
  replace_videos(catalog, {make_video("c", "3")}, {});
  EXPECT_EQ(catalog.videos().at(0).record.id, "c") << "what was left of it is no part of the next";
}

TEST_F(CatalogTest, CopiesShareASplit) {
  Catalog catalog(file_);
  std::vector<Video> videos;
  for (int i = 0; i < 60; ++i) {
    videos.push_back(make_video("v" + std::to_string(i), "hash" + std::to_string(i)));
    videos.back().label = Quantity::exact(i);
  }
  videos.push_back(make_video("unlabelled", "x"));
  replace_videos(catalog, videos, {});
  std::map<std::string, std::string> copies_of;
  for (int i = 0; i < 60; ++i) copies_of["hash" + std::to_string(i)] = "hash" + std::to_string(i - i % 3);
  catalog.set_copies(copies_of);
  catalog.assign_splits({.seed = 3});
  std::map<std::string, std::set<Split>> of_group;
  std::map<Split, size_t> counted;
  for (const Video& video : catalog.videos()) {
    ++counted[video.split];
    if (video.label) of_group[video.copies].insert(video.split);
  }
  EXPECT_EQ(of_group.size(), 20u);
  for (const auto& [group, splits] : of_group) EXPECT_EQ(splits.size(), 1u) << group;
  EXPECT_EQ(counted[Split::none], 1u);
  EXPECT_GT(counted[Split::test], 0u);
  EXPECT_EQ(catalog.split_counts(), counted);
  catalog.set_copies({});
  EXPECT_EQ(catalog.videos().at(0).copies, catalog.videos().at(0).content_hash);
}

TEST_F(CatalogTest, OneRunAtATime) {
  {
    Catalog catalog(file_);
    EXPECT_NE(refusal().find("in use by another run"), std::string::npos);
    EXPECT_NE(refusal().find(file_.string()), std::string::npos);
    EXPECT_NE(refusal().find(std::to_string(getpid())), std::string::npos);
  }
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(CatalogTest, RecoversFromAKill) {
  {
    Catalog catalog(file_);
    replace_videos(catalog, {make_video("a", "1")}, {});
  }
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    Catalog catalog(file_);
    catalog.set_stage_state("prepare", "done");
    for (int i = 0;; ++i) {
      replace_videos(catalog, {make_video("a", "1"), make_video("b", std::to_string(i))}, {});
      if (i == 3 && write(ready[1], "x", 1) != 1) _exit(1);
    }
  }
  char byte = 0;
  EXPECT_EQ(read(ready[0], &byte, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);
  const Catalog catalog(file_);
  EXPECT_EQ(catalog.stage_state("prepare"), "done");
  EXPECT_EQ(catalog.videos().size(), 2u);
}

TEST_F(CatalogTest, RefusesOtherFiles) {
  std::ofstream(file_) << std::string(5000, 'x');
  EXPECT_NE(refusal().find("catalog.sqlite: the catalog cannot be used: "), std::string::npos) << refusal();
  std::filesystem::remove(file_);
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE mine (x)");
  EXPECT_NE(refusal().find("no foreview catalog"), std::string::npos);
  file_ = folder_.path() / "nowhere" / "catalog.sqlite";
  EXPECT_NE(refusal().find("cannot be opened: No such file"), std::string::npos);
}

TEST_F(CatalogTest, RefusesANewerVersion) {
  { Catalog catalog(file_); }
  SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  EXPECT_NE(refusal().find("newer version of foreview (expected catalog version 2, got 99)"), std::string::npos)
      << refusal();
}

TEST_F(CatalogTest, AnEmptyFileBecomesACatalog) {
  std::ofstream(file_).flush();
  EXPECT_EQ(refusal(), "accepted");
}

}  // namespace
}  // namespace foreview
