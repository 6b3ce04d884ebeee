#include "collect/site_profile.h"

#include <gtest/gtest.h>

#include "collect/topic_list.h"
#include "core/files.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

constexpr const char* least = R"toml(
name = "site"
hosts = ["a.example"]
[topics]
start = ["https://a.example/tag/{tag}"]
[links]
pattern = "/video/([0-9]+)"
[[item]]
script = "STATE"
)toml";

std::string error_of(const std::string& toml) {
  try {
    parse_site_profile(toml, "site.toml");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "no error";
}

TEST(SiteProfile, BuiltInOnesAreTheFilesOfTheShareFolder) {
  for (const std::string& name : built_in_profiles()) {
    const auto file = std::filesystem::path(FOREVIEW_SOURCE_DIR) / "share/profiles" / (name + ".toml");
    const SiteProfile built_in = load_site_profile(name), from_file = load_site_profile(file.string());
    EXPECT_EQ(built_in.name, name);
    EXPECT_EQ(built_in.link_pattern, from_file.link_pattern);
    EXPECT_EQ(built_in.fields, from_file.fields);
    EXPECT_FALSE(built_in.media.allow_private_addresses);
  }
}

TEST(SiteProfile, DefaultsOfAShortOne) {
  const SiteProfile profile = parse_site_profile(least, "site.toml");
  EXPECT_EQ(profile.items.size(), 1u);
  EXPECT_EQ(profile.items[0].name(), "script STATE");
  EXPECT_FALSE(profile.items[0].is_tiktok_item);
  EXPECT_FALSE(profile.media.allow_private_addresses);
}

TEST(SiteProfile, FaultsNameTheirLineAndWhatWasExpected) {
  EXPECT_NE(error_of(std::string(least) + "scritp = \"X\"\n").find("site.toml:10: unknown entry item 1.scritp"),
            std::string::npos)
      << error_of(std::string(least) + "scritp = \"X\"\n");
  EXPECT_NE(error_of(std::string(least) + "meta = \"og:\"\n").find("one of script, script_type and meta"),
            std::string::npos);
  EXPECT_NE(error_of("name = \"x\"\n").find("hosts"), std::string::npos);
  EXPECT_NE(error_of("name = [\n").find("site.toml:"), std::string::npos);
  EXPECT_NE(error_of(std::string(least) + "[[wall]]\nkind = \"snow\"\n").find("log-in"), std::string::npos);
  EXPECT_NE(error_of("name = \"x\"\nhosts = [\"a\"]\n[links]\npattern = \"(\"\n").find("regular expression"),
            std::string::npos);
}

TEST(SiteProfile, HostPatterns) {
  EXPECT_TRUE(host_matches("v16.cdn.example", {"*.cdn.example"}));
  EXPECT_FALSE(host_matches("cdn.example", {"*.cdn.example"}));
  EXPECT_FALSE(host_matches("evilcdn.example", {"*.cdn.example"}));
  EXPECT_TRUE(host_matches("anything", {"*"}));
  EXPECT_FALSE(host_matches("a.example.evil", {"a.example"}));
}

TEST(TopicList, TagsBecomeStartPagesAndForeignHostsAreRefused) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "topics.toml";
  const SiteProfile profile = parse_site_profile(least, "site.toml");
  write_file_atomically(file, "[topics]\nSports = [\"sports\", \"foot ball\"]\nDance = [\"https://a.example/d\"]\n");
  const std::vector<Topic> topics = read_topics(file, profile);
  ASSERT_EQ(topics.size(), 2u);
  EXPECT_EQ(topics[0].name, "Dance");
  EXPECT_EQ(topics[1].start_pages,
            (std::vector<std::string>{"https://a.example/tag/sports", "https://a.example/tag/foot%20ball"}));
  write_file_atomically(file, "[topics]\nSports = [\"https://b.example/\"]\n");
  EXPECT_THROW(read_topics(file, profile), Error);
  write_file_atomically(file, "[topics]\nSports = []\n");
  EXPECT_THROW(read_topics(file, profile), Error);
  write_file_atomically(file, "[topic]\n");
  EXPECT_THROW(read_topics(file, profile), Error);
}

TEST(TopicList, TheTwelveTopicsOfTheShareFolder) {
  const auto file = std::filesystem::path(FOREVIEW_SOURCE_DIR) / "share/topics/twelve.toml";
  EXPECT_EQ(read_topics(file, load_site_profile("tiktok")).size(), 12u);
}

}  // namespace
}  // namespace foreview
