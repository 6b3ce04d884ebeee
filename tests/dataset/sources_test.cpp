#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "dataset/folder_fixture.h"
#include "dataset/posting_time.h"
#include "foreview/error.h"

namespace foreview {
namespace {

class Sources : public testing::FolderTest {};

TEST_F(Sources, InfoJsonFindsItsMediaByTheSameName) {
  put_video("My clip [abc].mp4");
  put("My clip [abc].info.json",
      R"({"id":"abc","title":"My cl...","description":"My clip #fun","view_count":12,"uploader_id":"u","duration":3.5,
          "epoch":1700000000,"tags":["x"],"formats":[{"format_id":"0"}],"_type":"video"})");
  put("hidden.info.json", R"({"id":"hidden","description":"views are not shown"})");
  put("all.info.json", R"({"id":"L","_type":"playlist","view_count":5})");
  read();
  ASSERT_EQ(result_.records.size(), 2u) << "a playlist is no video";
  EXPECT_EQ(record("abc").file.filename(), "My clip [abc].mp4");
  EXPECT_EQ(record("abc").text("description"), "My clip #fun");
  EXPECT_EQ(number("abc", "duration"), 3.5);
  EXPECT_EQ(number("abc", "epoch"), 1700000000);
  EXPECT_FALSE(record("hidden").number("view_count"));
}

TEST_F(Sources, TikTokItemsOfPagesAndScrapers) {
  put("items.json", R"([
    {"id":"1","desc":"one","createTime":"1600000000","author":{"uniqueId":"ann"},"video":{"duration":7,"id":"x"},
     "stats":{"playCount":14400000,"diggCount":5,"collectCount":"12"},"statsV2":{"playCount":"14412345"},
     "authorStats":{"followerCount":77},"music":{"title":"Song","authorName":"Band"}},
    {"itemStruct":{"id":"2","desc":"two","createTime":1600000001,"author":"bob","stats":{"playCount":3}}}])");
  put("dump.json", R"({"headers":{},"collector":[{"id":"3","text":"three","createTime":1600000002,
     "authorMeta":{"name":"eve","fans":9},"videoMeta":{"duration":11},"playCount":44800,"diggCount":2}]})");
  put("profiles.json", R"([{"user":{"id":"9"},"stats":{"followerCount":4,"diggCount":0},"itemList":[]}])");
  read();
  EXPECT_EQ(lines_with("no video files"), 1u);
  ASSERT_EQ(result_.records.size(), 3u) << "a profile is no video";
  EXPECT_EQ(number("1"), 14412345) << "the exact count wins";
  EXPECT_EQ(number("1", "like_count"), 5);
  EXPECT_EQ(number("1", "save_count"), 12);
  EXPECT_EQ(number("1", "channel_follower_count"), 77);
  EXPECT_EQ(posted_unix(record("1")), 1600000000);
  EXPECT_EQ(record("1").text("uploader_id"), "ann");
  EXPECT_EQ(record("1").text("track"), "Song");
  EXPECT_EQ(record("2").text("uploader_id"), "bob");
  EXPECT_EQ(number("3"), 44800);
  EXPECT_EQ(record("3").text("description"), "three");
  EXPECT_EQ(number("3", "duration"), 11);
}

TEST_F(Sources, SavedPagesAndResearchAnswers) {
  put("a.html", R"(<html><script id="SIGI_STATE" type="application/json">{"ItemModule":{"5":{"id":"5","desc":"page",
     "author":"ann","stats":{"playCount":72800}}}}</script></html>)");
  put("b.html", R"(<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__">{"__DEFAULT_SCOPE__":{"webapp.video-detail":
     {"itemInfo":{"itemStruct":{"id":"6","author":{"uniqueId":"bob"},"stats":{"playCount":1}}}}}}</script>)");
  put("c.html", "<p>a page like any other</p>");
  put("d.html", R"(<script id="SIGI_STATE">{"ItemModule":</script>)");
  put("research.json", R"({"data":{"videos":[{"id":7261314534885870894,"video_description":"said #so","username":"kim",
     "create_time":1690654321,"view_count":10,"favourites_count":2,"voice_to_text":"hello","hashtag_names":["So","cat"]}]}})");
  read();
  ASSERT_EQ(result_.records.size(), 3u) << all_lines();
  EXPECT_EQ(number("5"), 72800);
  EXPECT_EQ(record("6").text("uploader_id"), "bob");
  const std::string id = "7261314534885870894";
  EXPECT_EQ(record(id).text("description"), "said #so #cat") << "hashtags told apart from the text are kept";
  EXPECT_EQ(record(id).text("voice_to_text"), "hello");
  EXPECT_EQ(number(id, "save_count"), 2);
  EXPECT_EQ(posted_unix(record(id)), 1690654321);
  EXPECT_EQ(lines_with("d.html"), 1u);
}

TEST_F(Sources, TablesWithUsualColumnNames) {
  put("videos.csv",
      "\xEF\xBB\xBFid,desc,createTime,author,playCount,loudness\r\n"
      "1,\"two lines,\nand a \"\"quote\"\"\",1600000000,ann,\"1,635\",1.635\r\n"
      "2,plain,,bob,21.1M,\r\n"
      "3,ragged,1,eve\r\n"
      "4,bad,1,eve,many,0\r\n");
  put("german.csv", "video_id;caption;views\n5;hallo;12\n");
  put("other.csv", "name,age\nann,5\n");
  put("open.csv", "id,views,desc\n6,1,\"never closed\n7,2,x\n");
  read();
  EXPECT_EQ(record("1").text("description"), "two lines, and a \"quote\"");
  EXPECT_EQ(number("1"), 1635);
  EXPECT_EQ(number("1", "loudness"), 1.635) << "no count: a plain decimal number";
  EXPECT_EQ(posted_unix(record("1")), 1600000000);
  EXPECT_EQ(record("2").numbers.at("view_count").low, 21.05e6);
  EXPECT_EQ(lines_with("videos.csv:5: 4 columns, the header has 6"), 1u) << all_lines();
  EXPECT_EQ(lines_with("\"many\" is no number"), 1u);
  EXPECT_EQ(number("5"), 12);
  EXPECT_EQ(lines_with("open.csv:2: a quote opened in this row is never closed"), 1u);
  EXPECT_EQ(result_.records.size(), 4u) << all_lines();
}

TEST_F(Sources, NamesOfTheDataAreMapped) {
  put("odd.csv", "clip,seen,words,views\nx,21.1M,hello,3\ny,many,hi,4\n");
  put_video("x.mp4");
  put("odd.jsonl", "{\"clip\": \"z\", \"seen\": 5}\n");
  result_ = read_folder(folder_.path(), {.map = "view_count=seen,description=words,id=clip"});
  EXPECT_EQ(record("x").numbers.at("view_count").high, 21.15e6) << "the given name wins over the usual one";
  EXPECT_EQ(record("x").text("description"), "hello");
  EXPECT_EQ(record("x").file.filename(), "x.mp4");
  EXPECT_FALSE(record("y").number("view_count"));
  EXPECT_EQ(lines_with("\"many\" is no number"), 1u) << all_lines();
  EXPECT_EQ(number("z"), 5);
  EXPECT_THROW(read_folder(folder_.path(), {.map = "view_count"}), Error);
}

TEST_F(Sources, TablesAreJoined) {
  put("videos.csv", "id,views,author\n1,10,ann\n2,20,bob\n3,30,ann\n");
  put("authors.csv", "uploader_id,followers,country\nann,12.5K,de\nzoe,9,fr\nann,7,us\n,3,it\n");
  put("more.jsonl", "{\"video\": \"2\", \"width\": 720, \"views\": 99}\nnonsense\n");
  result_ = read_folder(folder_.path(), {.map = "", .join = "authors.csv:uploader_id,more.jsonl:video=id"});
  EXPECT_EQ(result_.records.size(), 3u) << "a joined file is no source of its own";
  EXPECT_EQ(number("1", "channel_follower_count"), 12500);
  EXPECT_EQ(record("3").text("country"), "de");
  EXPECT_FALSE(record("2").number("channel_follower_count"));
  EXPECT_EQ(number("2", "width"), 720);
  EXPECT_EQ(number("2"), 20) << "what the record says itself stays";
  for (const char* words : {"uploader_id \"ann\" stands twice", "has no \"uploader_id\"",
                            "more.jsonl:2: not usable JSON", "1 of 2 rows to join name no record by its uploader_id"})
    EXPECT_EQ(lines_with(words), 1u) << words << "\n" << all_lines();
  for (const char* join : {"authors.csv", "nothing.csv:id", "authors.csv:", "authors.csv:nowhere"})
    EXPECT_THROW(read_folder(folder_.path(), {.map = "", .join = join}), Error) << join;
}

/// Whether a file of this content gives exactly one line, which holds `words`, and leaves the good record alone.
void expect_one_line(const std::string& name, const std::string& content, const std::string& words) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder.path() / "good.jsonl") << "{\"id\": \"good\", \"view_count\": 1}\n";
  std::ofstream(folder.path() / name, std::ios::binary) << content;
  const ReadResult result = read_folder(folder.path());
  size_t told = 0;
  for (const Problem& problem : result.problems) {
    if (problem.what.starts_with("no video files")) continue;
    ++told;
    EXPECT_NE(problem.line().find(words), std::string::npos) << problem.line();
    EXPECT_NE(problem.line().find(name), std::string::npos) << problem.line();
    EXPECT_EQ(problem.line().find('\n'), std::string::npos) << problem.line();
    EXPECT_LT(problem.line().size(), 600u);
  }
  EXPECT_EQ(told, 1u) << name << ": " << words;
  EXPECT_FALSE(result.records.empty());
}

TEST_F(Sources, EveryMalformedVariantIsOneLine) {
  const std::string row = "{\"id\": \"a\", \"view_count\": 1}\n";
  std::string nested = "[{\"id\": \"a\", \"views\": 1, \"x\": ";
  for (int i = 0; i < 10000; ++i) nested += "[";
  expect_one_line("cut.json", "[{\"id\": \"a\", \"views\": ", "not usable JSON at line 1");
  expect_one_line("types.jsonl", "{\"id\": \"a\", \"view_count\": [1]}\n", "is no number");
  expect_one_line("list.jsonl", row + "[1, 2]\n", "is no JSON object");
  expect_one_line("deep.json", nested, "nested deeper");
  expect_one_line("deep.jsonl", row + nested + "\n", "nested deeper");
  expect_one_line("latin.jsonl", row + "{\"id\": \"caf\xe9\", \"view_count\": 1}\n", "not usable JSON at line 2");
  expect_one_line("long.jsonl", row + "{\"id\": \"b\", \"x\": \"" + std::string(100'000'000, 'y') + "\"}\n" + row,
                  "longer than 16 MB");
  expect_one_line("long.csv", "id,views\na,\"" + std::string(40'000'000, 'y'), "never closed");
  expect_one_line("nul.jsonl", row + std::string("{\"id\": \"b\"\0, \"view_count\": 1}\n", 28), "a NUL byte");
  expect_one_line("climb.json", "[{\"id\": \"../b\", \"views\": 1}]", "its id is no file name");
  expect_one_line("twice.jsonl", row + "{\"id\": \"b\", \"view_count\": 1, \"view_count\": 2}\n",
                  "\"view_count\" twice");
  expect_one_line("twice.json", "[{\"id\": \"b\", \"views\": 1, \"views\": 2}]", "\"views\" twice");
  expect_one_line("huge.jsonl", row + "{\"id\": \"b\", \"view_count\": 1e400}\n", "not usable JSON at line 2");
  expect_one_line("huge.csv", "id,views\nb,1e300\n", "is no number");
  expect_one_line("ragged.csv", "id,views\na,1\nb,2,3\n", "3 columns, the header has 2");
}

TEST_F(Sources, ABrokenFileLeavesNothingBehind) {
  put("a.json", "[{\"id\": \"a\", \"views\": 1}]");
  put("pages/p.html",
      "<script id=\"SIGI_STATE\">{\"ItemModule\": {\"5\": {\"id\": \"5\", \"stats\": {\"playCount\": 3}}}}</script>"
      "<script id=\"__UNIVERSAL_DATA_FOR_REHYDRATION__\">{broken</script>");
  read();
  EXPECT_EQ(result_.records.size(), 1u) << all_lines();
  EXPECT_EQ(lines_with("p.html: not usable JSON"), 1u) << all_lines();
}

TEST_F(Sources, WrappedCountsAreUndoneAndNoted) {
  put("a.jsonl",
      "{\"id\": \"1\", \"view_count\": 5, \"channel_like_count\": -1894967296}\n"
      "{\"id\": \"2\", \"view_count\": -1}\n");
  put("b.csv", "id,views,likes\n3,7,-2000000000\n");
  read();
  EXPECT_EQ(number("1", "channel_like_count"), 2400000000);
  EXPECT_EQ(number("3", "like_count"), 2294967296);
  EXPECT_EQ(lines_with("wrapped at 32 bits"), 2u) << all_lines();
  EXPECT_FALSE(record("2").number("view_count")) << "-1 is a mark for unknown";
}

TEST_F(Sources, HostileMetadataIsOneLineEach) {
  put("good.jsonl", "{\"id\": \"1\", \"view_count\": 5}\n");
  put("deep.json", std::string(10000, '[') + std::string(10000, ']'));
  put("cut.json", "[{\"id\": \"2\", \"view_count\": 5}, {\"id\"");
  put("types.json", R"([{"id": "3", "stats": {"playCount": {"a": 1}}}, {"id": "4", "view_count": 1}])");
  put("bytes.csv", std::string("id,views,desc\n5,6,a\0b\xff\n", 24));
  put("twice.json", R"([{"id": "6", "views": 1, "views": 2}])");
  put("big.csv", "id,views\n7,1" + std::string(400, '0') + "\n");
  put("long.csv", "id,views,desc\n8,3," + std::string(5 << 20, 'x') + "\n");
  EXPECT_NO_THROW(read());
  EXPECT_EQ(number("1"), 5);
  EXPECT_EQ(lines_with("deep.json"), 1u) << all_lines();
  EXPECT_EQ(lines_with("cut.json"), 1u);
  EXPECT_EQ(number("4"), 1);
  EXPECT_EQ(number("5"), 6);
  EXPECT_FALSE(record("7").number("view_count"));
  EXPECT_EQ(number("8"), 3);
}

}  // namespace
}  // namespace foreview
