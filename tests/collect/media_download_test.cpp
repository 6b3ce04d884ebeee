#include "collect/media_download.h"

#include <gtest/gtest.h>

namespace foreview {
namespace {

TEST(CookieHeader, EachCookieGoesToItsOwnPlaceOnly) {
  const std::vector<Cookie> cookies = {{"host", "1", "a.example", "/"},
                                       {"all", "2", ".a.example", "/"},
                                       {"path", "3", "a.example", "/media"},
                                       {"secure", "4", "a.example", "/", true},
                                       {"other", "5", "b.example", "/"}};
  EXPECT_EQ(cookie_header(cookies, WebAddress::parse("http://a.example/x")), "host=1; all=2");
  EXPECT_EQ(cookie_header(cookies, WebAddress::parse("https://a.example/media/1")), "host=1; all=2; path=3; secure=4");
  EXPECT_EQ(cookie_header(cookies, WebAddress::parse("https://cdn.a.example/mediathek")), "all=2");
  EXPECT_EQ(cookie_header(cookies, WebAddress::parse("https://evila.example/")), "");
}

}  // namespace
}  // namespace foreview
