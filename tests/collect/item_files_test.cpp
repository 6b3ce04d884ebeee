#include "collect/item_files.h"

#include <gtest/gtest.h>

#include "collect/web_address.h"
#include "core/files.h"
#include "core/json.h"
#include "dataset/readers.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

using nlohmann::json;

TEST(ItemFiles, StemsStayInsideTheFolderAndApart) {
  EXPECT_EQ(safe_stem("7261314534885870894"), "7261314534885870894");
  const std::string hostile = safe_stem("../../etc/passwd");
  EXPECT_EQ(hostile.find_first_of("./"), std::string::npos) << hostile;
  EXPECT_NE(safe_stem("a/b"), safe_stem("a_b"));
  EXPECT_NE(safe_stem("a/b"), safe_stem("a.b"));
  EXPECT_FALSE(safe_stem("").empty());
  EXPECT_NE(safe_stem("-rf").front(), '-');
  EXPECT_LE(safe_stem(std::string(5000, 'a')).size(), 100u);
  EXPECT_NE(safe_stem(std::string(101, 'a')), safe_stem(std::string(102, 'a')));
  EXPECT_EQ(safe_stem(std::string("a\0b", 3)).find('\0'), std::string::npos);
}

PageItem some_item() {
  PageItem item{.id = "7", .page_item = {{"id", "7"}, {"stats", {{"playCount", 5}}}}};
  item.fields = {{"id", "7"},
                 {"view_count", 5},
                 {"uploader_id", "someone"},
                 {"uploader", "Some One"},
                 {"artist", "x"},
                 {"description", "with @some.one #pets"},
                 {"timestamp", 1690656555},
                 {"tags", {"pets"}}};
  return item;
}

InfoContext some_context() {
  return {.address = "https://a.example/@someone/video/7",
          .topic = "Pets",
          .profile = "site",
          .epoch = 1700000000.4,
          .media_extension = "mp4",
          .observations = {{.epoch = 1600000000, .fields = "{\"view_count\":2}"},
                           {.epoch = 1700000000.4, .fields = "{\"view_count\":5}"}}};
}

TEST(ItemFiles, IngestReadsTheInfoAsItIs) {
  const testing::TemporaryFolder folder;
  const json info = info_json(some_item(), some_context());
  write_file_atomically(folder.path() / "7.info.json", dump_json(info, 2));
  write_file_atomically(folder.path() / "7.mp4", "not looked into here");
  const ReadResult read = read_folder(folder.path());
  for (const Problem& problem : read.problems) ADD_FAILURE() << problem.line();
  ASSERT_EQ(read.records.size(), 1u);
  const Record& record = read.records[0];
  EXPECT_EQ(record.id, "7");
  EXPECT_EQ(record.file.filename(), "7.mp4");
  EXPECT_EQ(record.number("view_count")->value, 5);
  EXPECT_EQ(record.number("epoch")->value, 1700000000);
  EXPECT_EQ(record.text("topic"), "Pets");
  EXPECT_EQ(record.text("uploader_id"), "someone");
  EXPECT_EQ(info["observations"],
            json::parse(R"json([{"epoch":1600000000,"view_count":2},{"epoch":1700000000,"view_count":5}])json"));
}

TEST(ItemFiles, PersonalFieldsAreLeftOutAndIdsHashed) {
  const json info = without_personal_fields(info_json(some_item(), some_context()), "salt");
  const std::string text = info.dump();
  for (const char* personal : {"someone\"", "some.one", "Some One", "a.example", "playCount"})
    EXPECT_EQ(text.find(personal), std::string::npos) << personal;
  EXPECT_EQ(info["uploader_id"], hashed_id("someone", "salt"));
  EXPECT_EQ(info["id"], hashed_id("7", "salt"));
  EXPECT_NE(hashed_id("7", "salt"), hashed_id("7", "pepper"));
  EXPECT_EQ(info["view_count"], 5);
}

TEST(WebAddress, PartsAndRefusals) {
  const WebAddress address = WebAddress::parse("HTTPS://A.Example:8443/p/q?x=1#frag");
  EXPECT_EQ(address.origin(), "https://a.example:8443");
  EXPECT_EQ(address.target, "/p/q?x=1");
  EXPECT_EQ(WebAddress::parse("http://a?x").target, "/?x");
  EXPECT_EQ(WebAddress::parse("http://[::1]:80/").host, "[::1]");
  for (const char* wrong : {"", "a.example", "ftp://a", "file:///etc/passwd", "http://", "http://u@a/",
                            "http://a:99999/", "http://a b/", "http://[::1/"})
    EXPECT_THROW(WebAddress::parse(wrong), Error) << wrong;
}

}  // namespace
}  // namespace foreview
