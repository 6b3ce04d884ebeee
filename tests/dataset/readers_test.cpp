#include "dataset/readers.h"

#include <fmt/format.h>

#include "dataset/folder_fixture.h"
#include "foreview/error.h"

namespace foreview {
namespace {

class Readers : public testing::FolderTest {};

TEST_F(Readers, ScraperArrayWithVideosBesideIt) {
  put("whatever.json", R"([{"id": "7", "url": "https://example.com/@ann/video/7", "views": "21.1M"},
                           {"id": 8, "url": "u", "views": 1635, "caption": "Hi\nyou", "uploader_id": "bob", "timestamp": 5}])");
  put_video("7.mp4");
  put_video("8.MP4");
  read();
  EXPECT_EQ(all_lines(), "");
  ASSERT_EQ(result_.records.size(), 2u);
  EXPECT_EQ(record("7").numbers.at("view_count").low, 21.05e6);
  EXPECT_EQ(record("7").text("uploader_id"), "ann");
  EXPECT_EQ(record("7").text("webpage_url"), "https://example.com/@ann/video/7");
  EXPECT_EQ(record("7").file.filename(), "7.mp4");
  EXPECT_TRUE(record("7").file.is_absolute());
  EXPECT_EQ(number("8"), 1635);
  EXPECT_EQ(record("8").text("description"), "Hi you");
  EXPECT_EQ(record("8").text("uploader_id"), "bob");
  EXPECT_EQ(number("8", "timestamp"), 5);
  EXPECT_EQ(record("8").file.filename(), "8.MP4");
}

TEST_F(Readers, JsonLinesWithPaths) {
  put("meta/labels.jsonl",
      "{\"id\": \"a\", \"file\": \"../videos/one.mp4\", \"fight\": 1, \"mood\": \"calm\", \"score\": -2.5, \"ok\": "
      "true}\r\n\n"
      "{\"file\": \"../videos/two.mp4\", \"view_count\": \"177.6K\", \"loops\": \"1,635\", \"reach\": \"21.1M\", "
      "\"description\": \"2024\", \"uploader_id\": 12, \"tags\": [\"x\", 7, {}, \" new flat \"], \"gone\": null}");
  put_video("videos/one.mp4");
  put_video("videos/two.mp4");
  read();
  EXPECT_EQ(all_lines(), "");
  EXPECT_EQ(number("a", "fight"), 1);
  EXPECT_EQ(number("a", "score"), -2.5);
  EXPECT_EQ(number("a", "ok"), 1);
  EXPECT_EQ(record("a").text("mood"), "calm");
  EXPECT_EQ(record("a").file.filename(), "one.mp4");
  EXPECT_EQ(number("two"), 177600);
  EXPECT_EQ(number("two", "loops"), 1635);
  EXPECT_EQ(number("two", "reach"), 21.1e6);
  EXPECT_EQ(record("two").text("description"), "2024");
  EXPECT_FALSE(record("two").number("description"));
  EXPECT_EQ(record("two").text("uploader_id"), "12");
  EXPECT_EQ(record("two").text("tags"), "x\n7\nnew flat");
}

TEST_F(Readers, FormIsSeenByContent) {
  put("lines.json", "{\"id\": \"a\", \"view_count\": 5}\n{\"id\": \"b\", \"view_count\": 6}\n");
  put_video("a.mp4");
  put_video("b.mp4");
  put("truth.json", R"({"law": "motion", "id": "x", "views": 3})");
  put("transcript.json", R"([{"id": 0, "start": 0, "text": "hello"}])");
  put("numbers.json", "[1, 2, 3]");
  put("log.jsonl", "{\"time\": 1, \"message\": \"x\"}\n{\"time\": 2}\n");
  put("notes.txt", "[{\"id\": \"z\", \"views\": 1}]");
  read();
  EXPECT_EQ(all_lines(), "");
  EXPECT_EQ(result_.records.size(), 2u);
}

TEST_F(Readers, SourcesOfOneVideoAreMerged) {
  put("a.json", R"([{"id": "7", "url": "https://x/@ann/video/7", "views": "4.6M"}, {"id": "8", "views": "4.6M"}])");
  put("b.jsonl",
      "{\"id\": \"7\", \"file\": \"videos/7.mp4\", \"view_count\": 4600436, \"description\": \"d\"}\n"
      "{\"id\": \"8\", \"file\": \"videos/8.mp4\", \"view_count\": 4700436}\n");
  put_video("videos/7.mp4");
  put_video("videos/8.mp4");
  read();
  EXPECT_EQ(result_.records.size(), 2u);
  EXPECT_EQ(number("7"), 4600436);
  EXPECT_TRUE(record("7").number("view_count")->is_exact());
  EXPECT_EQ(record("7").text("description"), "d");
  EXPECT_EQ(record("7").text("uploader_id"), "ann");
  EXPECT_EQ(number("8"), 4700436);  // exact wins, and it is said
  EXPECT_EQ(result_.problems.size(), 1u) << all_lines();
  EXPECT_EQ(lines_with("conflicting") + lines_with("view_count 4600000 there, 4700436 here"), 1u) << all_lines();
}

TEST_F(Readers, EveryFaultHasOneLineAndTheRestIsUsed) {
  put("meta.json", R"([{"id": "good", "views": 1}, {"id": "empty", "views": 2}, {"id": "absent", "views": 3},
                       {"id": "wordy", "views": "many"}, 17, {"views": 4}, {"id": "twice", "views": 5}, {"id": "twice", "views": 6},
                       {"id": "minus", "views": -5}])");
  for (const char* id : {"good", "wordy", "twice", "minus", "nobody"}) put_video(std::string(id) + ".mp4");
  put("empty.mp4", "");
  put("nothing.mp4", "");
  put("broken.json", "[{\"id\": \"1\",\n \"views\": ");
  put("bad_lines.jsonl", "{\"id\": \"good\", \"like_count\": 9}\nnonsense\n[1]\n{\"view_count\": 3}\n");
  read();
  EXPECT_EQ(number("good"), 1);
  EXPECT_EQ(number("good", "like_count"), 9);
  EXPECT_EQ(number("absent"), 3);
  EXPECT_TRUE(record("absent").file.empty());
  EXPECT_TRUE(record("empty").file.empty());
  EXPECT_FALSE(record("wordy").number("view_count"));
  EXPECT_FALSE(record("minus").number("view_count"));
  EXPECT_EQ(number("twice"), 5);
  EXPECT_EQ(result_.records.size(), 7u);
  for (const char* words :
       {"/empty.mp4: the video file is empty", "/nothing.mp4: the video file is empty", "/absent.mp4: no video file",
        "record \"wordy\": views \"many\" is no number", "element 5 is no JSON object (got number)",
        "element 6 has no usable \"id\"", "view_count 5 there, 6 here", "record \"minus\": views -5 is negative",
        "/nobody.mp4: a video without a label", "broken.json: not usable JSON at line 2",
        "bad_lines.jsonl:2: not usable JSON", "bad_lines.jsonl:3: the row is no JSON object",
        "bad_lines.jsonl:4: the row has no usable \"id\""})
    EXPECT_EQ(lines_with(words), 1u) << words << "\n" << all_lines();
  EXPECT_EQ(result_.problems.size(), 13u) << all_lines();
  for (const Problem& problem : result_.problems) {
    EXPECT_FALSE(problem.advice.empty()) << problem.line();
    EXPECT_EQ(problem.line().find('\n'), std::string::npos);
  }
}

TEST_F(Readers, ManyVideosWithoutALabelAreSummedUp) {
  put("meta.json", R"([{"id": "good", "views": 1}])");
  put_video("good.mp4");
  for (int i = 0; i < 25; ++i) put_video(fmt::format("v{}.mp4", i));
  read();
  EXPECT_EQ(lines_with("a video without a label"), 20u);
  EXPECT_EQ(lines_with("and 5 more videos without a label"), 1u);
  EXPECT_EQ(result_.records.size(), 26u);
}

TEST_F(Readers, NothingLeadsOutsideTheFolder) {
  put("outside.mp4", "secret");
  put("in/x.mp4", "x");
  put("in/meta.json",
      R"([{"id": "../outside", "views": 1}, {"id": "..", "views": 1}, {"id": "a/../../outside", "views": 1}])");
  const std::string absolute = (folder_.path() / "outside.mp4").string();
  put("in/lines.jsonl",
      "{\"id\": \"climb\", \"file\": \"sub/../../outside.mp4\", \"view_count\": 1}\n"
      "{\"id\": \"absolute\", \"file\": \"" +
          absolute +
          "\", \"view_count\": 1}\n"
          "{\"id\": \"nul\", \"file\": \"x.mp4\\u0000\", \"view_count\": 1}\n"
          "{\"id\": \"inside\", \"file\": \"sub/../x.mp4\", \"view_count\": 1}\n"
          "{\"id\": \"folder\", \"file\": \".\", \"view_count\": 1}\n");
  result_ = read_folder(folder_.path() / "in" / ".");
  EXPECT_EQ(result_.records.size(), 8u);
  for (const Record& record : result_.records) EXPECT_EQ(record.file.empty(), record.id != "inside") << record.id;
  EXPECT_EQ(result_.problems.size(), 7u) << all_lines();
}

TEST_F(Readers, OneIdForTwoVideosIsRefused) {
  put("a/labels.jsonl", "{\"id\": \"1\", \"file\": \"x.mp4\", \"view_count\": 1}\n");
  put("b/labels.jsonl", "{\"id\": \"1\", \"file\": \"y.mp4\", \"view_count\": 2}\n");
  put_video("a/x.mp4");
  put_video("b/y.mp4");
  read();
  EXPECT_EQ(number("1"), 1);
  EXPECT_EQ(result_.records.size(), 1u);
  EXPECT_EQ(result_.problems.size(), 1u) << all_lines();
  EXPECT_EQ(lines_with("with another video (x.mp4)"), 1u) << all_lines();
}

TEST_F(Readers, WhatARunMadeIsNoInput) {
  put("meta.json", R"([{"id": "good", "views": 1}])");
  put_video("good.mp4");
  const std::string before = folder_fingerprint(folder_.path());
  put("work/catalog.sqlite", "");
  put("work/log.jsonl", "nonsense\n");
  put("work/report/predictions.json", "[");
  put(".hidden.mp4", "x");
  read();
  EXPECT_EQ(all_lines(), "");
  EXPECT_EQ(result_.records.size(), 1u);
  EXPECT_EQ(folder_fingerprint(folder_.path()), before);
}

TEST_F(Readers, FingerprintChangesWithTheFiles) {
  put("meta.json", "[]");
  put_video("a.mp4");
  const std::string first = folder_fingerprint(folder_.path());
  EXPECT_EQ(folder_fingerprint(folder_.path()), first);
  put("a.mp4", "longer than it was before");
  const std::string resized = folder_fingerprint(folder_.path());
  EXPECT_NE(resized, first);
  std::filesystem::last_write_time(folder_.path() / "meta.json",
                                   std::filesystem::file_time_type(std::chrono::seconds(1)));
  const std::string touched = folder_fingerprint(folder_.path());
  EXPECT_NE(touched, resized);
  put_video("sub/b.mp4");
  EXPECT_NE(folder_fingerprint(folder_.path()), touched);
}

TEST_F(Readers, HostileTextIsHarmless) {
  put("deep.json", std::string(100000, '['));
  put("meta.jsonl",
      "{\"id\": \"a\\u0000\\n\\u001b[31m\", \"view_count\": 1, \"description\": \"x\\u0007\", \"\": 3}\n"
      "{\"id\": \"b\", \"view_count\": 1e999}\n\xff\xfe\n{\"id\": \"" +
          std::string(5000, 'i') + "\", \"view_count\": 1}\n");
  read();
  EXPECT_EQ(result_.records.size(), 2u);
  for (const Problem& problem : result_.problems)
    for (char c : problem.what) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20) << problem.what;
}

std::string refusal(const std::filesystem::path& folder, ErrorKind kind) {
  try {
    read_folder(folder);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "accepted";
}

TEST_F(Readers, RefusesAFolderWithNothingUsable) {
  EXPECT_NE(refusal(folder_.path() / "nowhere", ErrorKind::usage).find("no such folder"), std::string::npos);
  EXPECT_NE(refusal(put("file", "x"), ErrorKind::usage).find("is no folder"), std::string::npos);
  const std::string message = refusal(folder_.path(), ErrorKind::failed);
  EXPECT_NE(message.find(folder_.path().string()), std::string::npos);
  EXPECT_NE(message.find("nothing in this folder can be used"), std::string::npos);
  EXPECT_NE(message.find(".mp4"), std::string::npos);
  put("zero.mp4", "");
  EXPECT_NE(refusal(folder_.path(), ErrorKind::failed).find("zero.mp4"), std::string::npos);
}

TEST(MediaFile, IsSeenByItsExtension) {
  for (const char* name : {"a.mp4", "a.MOV", "b.webm", "c.MkV"}) EXPECT_TRUE(is_media_file(name)) << name;
  for (const char* name : {"a.json", "mp4", ".mp4", "a.mp4.part", "a.wav", ""})
    EXPECT_FALSE(is_media_file(name)) << name;
}

}  // namespace
}  // namespace foreview
