#include "collect/item_extractor.h"

#include <gtest/gtest.h>

#include "collect/item_fields.h"
#include "collect/json_path.h"
#include "core/files.h"
#include "core/json.h"
#include "foreview/error.h"
#include "support/reference_data.h"

namespace foreview {
namespace {

using nlohmann::json;

const json item = json::parse(R"json({"id": "7", "desc": "a cat #pets", "createTime": "1690656555",
  "author": {"uniqueId": "someone", "nickname": "Some One", "id": "99"}, "stats": {"playCount": 72800, "diggCount": 5,
  "collectCount": "213"}, "video": {"duration": 13, "playAddr": "https://v1.tiktokcdn.com/7.mp4"}, "music": {"title":
  "a song", "authorName": "a band"}, "textExtra": [{"hashtagName": "pets"}, {"hashtagName": ""}]})json");

std::string page_with(const std::string& script, const json& state) {
  return "<!DOCTYPE html><html><head><!-- <script id=\"" + script +
         "\">{}</script> --><title>x</title></head><body>"
         "<SCRIPT id='" +
         script + "' type=application/json>" + state.dump() + "</SCRIPT><p>text</p></body></html>";
}

PageItem extract(const std::string& html, const std::string& id, const std::string& profile = "tiktok") {
  return extract_item({.address = "https://www.tiktok.com/@someone/video/7", .id = id, .html = html},
                      load_site_profile(profile));
}

std::string error_of(const std::string& html, const std::string& id = "7", const std::string& profile = "tiktok") {
  try {
    extract(html, id, profile);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void expect_the_item(const PageItem& found) {
  EXPECT_EQ(found.id, "7");
  EXPECT_EQ(found.page_item, item);
  const json& fields = found.fields;
  EXPECT_EQ(fields["description"], "a cat #pets");
  EXPECT_EQ(fields["timestamp"], 1690656555);
  EXPECT_EQ(fields["uploader_id"], "someone");
  EXPECT_EQ(fields["uploader"], "Some One");
  EXPECT_EQ(fields["channel_id"], "99");
  EXPECT_EQ(fields["view_count"], 72800);
  EXPECT_EQ(fields["save_count"], 213);
  EXPECT_EQ(fields["duration"], 13);
  EXPECT_EQ(fields["track"], "a song");
  EXPECT_EQ(fields["artist"], "a band");
  EXPECT_EQ(fields["tags"], json::array({"pets"}));
  EXPECT_EQ(found.media, std::vector<std::string>{"https://v1.tiktokcdn.com/7.mp4"});
}

TEST(ItemExtractor, TheThreeFormsOfPages) {
  expect_the_item(extract(page_with("SIGI_STATE", {{"ItemModule", {{"7", item}, {"8", {{"id", "8"}}}}}}), "7"));
  expect_the_item(
      extract(page_with("__UNIVERSAL_DATA_FOR_REHYDRATION__",
                        {{"__DEFAULT_SCOPE__", {{"webapp.video-detail", {{"itemInfo", {{"itemStruct", item}}}}}}}}),
              "7"));
  expect_the_item(
      extract(page_with("__NEXT_DATA__", {{"props", {{"pageProps", {{"itemInfo", {{"itemStruct", item}}}}}}}}), "7"));
}

TEST(ItemExtractor, AChangedPageSaysWhatWasExpectedWhereAndWhatWasFound) {
  const std::string moved = error_of(page_with("SIGI_STATE", {{"Items", {{"7", item}}}}));
  EXPECT_NE(
      moved.find("expected the item at script SIGI_STATE at /ItemModule/7, found an object with Items at its top"),
      std::string::npos)
      << moved;
  EXPECT_NE(
      moved.find("expected the item at script __NEXT_DATA__ at /props/pageProps/itemInfo/itemStruct, found scripts "
                 "SIGI_STATE"),
      std::string::npos)
      << moved;
  const std::string other =
      error_of(page_with("__NEXT_DATA__", {{"props", {{"pageProps", {{"itemInfo", {{"itemStruct", item}}}}}}}}), "12");
  EXPECT_NE(other.find("expected the item of video 12"), std::string::npos) << other;
  EXPECT_NE(other.find("found that of video 7"), std::string::npos) << other;
  json renamed = item;
  renamed.erase("stats");
  EXPECT_NE(error_of(page_with("SIGI_STATE", {{"ItemModule", {{"7", renamed}}}})).find("an item with id and stats"),
            std::string::npos);
  EXPECT_NE(error_of("<script id=SIGI_STATE>{\"ItemModule\": </script>").find("expected JSON at script SIGI_STATE"),
            std::string::npos);
  EXPECT_NE(error_of("<script id=SIGI_STATE>{\"ItemModule\": {").find("no script with data"), std::string::npos)
      << "a page cut off";
  EXPECT_NE(error_of("").find("found no script with data"), std::string::npos);
}

TEST(ItemExtractor, VideoObjectInJsonLd) {
  const json video =
      json::parse(R"json({"@type": ["VideoObject", "Thing"], "name": "A title", "description": "words @x",
    "uploadDate": "2024-05-01T10:00:00Z", "duration": "PT1M3.5S", "contentUrl": "/media/9.mp4", "keywords": "cats, dogs",
    "author": {"@type": "Person", "name": "An Author", "url": "https://v.example/an"}, "interactionStatistic": [
    {"interactionType": {"@type": "LikeAction"}, "userInteractionCount": 11},
    {"interactionType": "https://schema.org/WatchAction", "userInteractionCount": "4500"}]})json");
  const std::string html =
      "<script type=\"application/ld+json\">{\"@type\":\"BreadcrumbList\"}</script>"
      "<script type=\"application/ld+json\">" +
      json{{"@graph", json::array({video})}}.dump() + "</script>";
  const PageItem found = extract(html, "9", "generic");
  EXPECT_EQ(found.id, "9");
  EXPECT_EQ(found.fields["view_count"], 4500);
  EXPECT_EQ(found.fields["like_count"], 11);
  EXPECT_EQ(found.fields["duration"], 63.5);
  EXPECT_EQ(found.fields["timestamp"], 1714557600);
  EXPECT_EQ(found.fields["uploader_id"], "https://v.example/an");
  EXPECT_EQ(found.fields["tags"], json::array({"cats", "dogs"}));
  EXPECT_EQ(found.media, std::vector<std::string>{"https://www.tiktok.com/media/9.mp4"});
}

TEST(ItemExtractor, OpenGraphVideo) {
  const std::string html =
      "<meta property=\"og:title\" content=\"A &amp; B &#39;x&#x27;\"><meta content='//cdn.example/a.mp4' "
      "property='og:video'>";
  const PageItem found = extract(html, "a", "generic");
  EXPECT_EQ(found.fields["title"], "A & B 'x'");
  EXPECT_EQ(found.media, std::vector<std::string>{"https://cdn.example/a.mp4"});
  const std::string none = error_of("<meta property=\"og:title\" content=\"A\">", "a", "generic");
  EXPECT_NE(
      none.find("expected one of video, video:url, video:secure_url at meta tags og:*, found an object with title"),
      std::string::npos)
      << none;
}

TEST(ItemExtractor, IsoDurations) {
  EXPECT_EQ(seconds_of_iso_duration("PT13S"), 13);
  EXPECT_EQ(seconds_of_iso_duration("P1DT2H3M4S"), 93784);
  for (const char* wrong : {"", "P", "PT", "13", "PT13", "P1M", "PT-1S", "PTxS"})
    EXPECT_FALSE(seconds_of_iso_duration(wrong)) << wrong;
}

TEST(JsonPath, StarsAndTypes) {
  const json root =
      json::parse(R"json({"a/b": [{"t": "x/Watch", "n": 1}, {"t": "reWatch", "n": 2}, {"t": "Watch", "n": 3}]})json");
  ASSERT_EQ(values_at(root, "/a~1b/*=Watch/n").size(), 2u);
  EXPECT_EQ(*values_at(root, "/a~1b/*=Watch/n")[1], 3);
  EXPECT_EQ(values_at(root, "/a~1b/*/n").size(), 3u);
  EXPECT_EQ(*values_at(root, "/a~1b/1/n").front(), 2);
  EXPECT_TRUE(values_at(root, "/nothing/*").empty());
  EXPECT_EQ(values_at(root, "").front(), &root);
}

TEST(ItemExtractor, RemovedValuesInAScript) {
  const std::string html = page_with("S", {{"code", 10204}});
  const Wall wall{.kind = "removed", .script = "S", .path = "/code", .values = {"10204"}};
  EXPECT_EQ(walled_value(html, wall), "10204");
  EXPECT_EQ(walled_value(page_with("S", {{"code", 0}}), wall), "");
}

TEST(ReferencePages, TheSavedPageOf2023) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const std::string html = read_file(*data / "data/pages/tiktok_video_page_2023-11.html");
  const PageItem found = extract(html, "7261314534885870894");
  EXPECT_EQ(found.place, "script SIGI_STATE at /ItemModule/7261314534885870894");
  const json& fields = found.fields;
  EXPECT_EQ(fields["id"], "7261314534885870894");
  EXPECT_FALSE(fields["uploader_id"].get<std::string>().empty());
  EXPECT_EQ(fields["view_count"], 72800);
  EXPECT_EQ(fields["like_count"], 7705);
  EXPECT_EQ(fields["comment_count"], 241);
  EXPECT_EQ(fields["repost_count"], 143);
  EXPECT_EQ(fields["save_count"], 213);
  EXPECT_EQ(fields["timestamp"], 1690656555);
  EXPECT_EQ(fields["duration"], 13);
  EXPECT_EQ(fields["width"], 576);
  EXPECT_EQ(fields["track"], "original sound");
  EXPECT_FALSE(fields["artist"].get<std::string>().empty());
  EXPECT_FALSE(fields.contains("tags")) << "the video has no hashtags";
  ASSERT_FALSE(found.media.empty());
  EXPECT_TRUE(found.media.front().starts_with("https://v16-webapp-prime.us.tiktok.com/video/"));
}

TEST(ReferencePages, TheItemOf2026InThreePages) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const auto file = *data / "data/pages/tiktok_2026-01/posts.json";
  const json post = parse_json(read_file(file), file).at(0);
  const PageItem found =
      extract(page_with("SIGI_STATE", {{"ItemModule", {{"7198206283571285294", post}}}}), "7198206283571285294");
  EXPECT_EQ(found.fields["view_count"], 15000000);
  EXPECT_EQ(found.fields["timestamp"], 1675963028);
  EXPECT_EQ(found.fields["duration"], 16);
  EXPECT_EQ(found.fields["tags"], json::array({"animals", "science", "learnontiktok"}));
  EXPECT_EQ(found.fields["location"], "US");
}

TEST(ReferencePages, AllItemsOfAChannel) {
  const auto data = testing::reference_data();
  if (!data) GTEST_SKIP() << "skipped: no reference data";
  const auto file = *data / "data/pages/tiktok_2026-01/channel.json";
  size_t tagged = 0;
  for (const json& post : parse_json(read_file(file), file)) {
    const std::string id = post.at("id");
    const PageItem found = extract(page_with("SIGI_STATE", {{"ItemModule", {{id, post}}}}), id);
    EXPECT_EQ(found.id, id);
    EXPECT_EQ(found.fields["view_count"], post["stats"]["playCount"]);
    tagged += found.fields.contains("tags");
  }
  EXPECT_GT(tagged, 40u);
}

}  // namespace
}  // namespace foreview
