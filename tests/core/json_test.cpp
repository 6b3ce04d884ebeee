#include "core/json.h"

#include <gtest/gtest.h>

#include "foreview/error.h"

namespace foreview {
namespace {

std::string message_of(const std::string& text, const JsonRules& rules = {}) {
  try {
    parse_json(text, "data.json", rules);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Json, ParsesWhatIsValid) {
  EXPECT_EQ(parse_json(R"({"a": [1, "x\"[[[", null]})", "")["a"][1], "x\"[[[");
  EXPECT_EQ(parse_json("\xEF\xBB\xBF[1]", "")[0], 1);  // with a byte order mark
}

TEST(Json, SaysWhereItIsWrong) {
  EXPECT_NE(message_of("{\n \"a\": 1,\n x}").find("data.json: not usable JSON at line 3, column 2: "),
            std::string::npos)
      << message_of("{\n \"a\": 1,\n x}");
  EXPECT_NE(message_of("{x}", {.first_line = 7}).find("line 7, column 2"), std::string::npos);
  for (const char* bad : {"", " ", "{", "[1,]", "\"\xff\"", "\"\x01\"", "1 2", "NaN", "\"\\", "]", "\"\\ud800\""})
    EXPECT_NE(message_of(bad).find("not usable JSON"), std::string::npos) << bad;
}

TEST(Json, RefusesNumbersOutOfRange) { EXPECT_NE(message_of("[1e999]").find("not usable JSON"), std::string::npos); }

TEST(Json, RefusesTextBehindANul) {
  EXPECT_NE(message_of(std::string("[]\0garbage", 10)).find("column 3: a NUL byte"), std::string::npos);
}

TEST(Json, RefusesDeepNesting) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(message_of(nested(200)), "accepted");
  EXPECT_NE(message_of(nested(201)).find("nested deeper than 200"), std::string::npos);
  EXPECT_NE(message_of(std::string(5'000'000, '[')).find("nested deeper"), std::string::npos);
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  EXPECT_NE(message_of(objects).find("nested deeper"), std::string::npos);
}

TEST(Json, RefusesDuplicateNamesWhenAsked) {
  const std::string twice = R"({"a": 1, "b": {"a": 2}, "a": 3})";
  EXPECT_EQ(message_of(twice), "accepted");
  EXPECT_NE(message_of(twice, {.unique_names = true}).find("names \"a\" twice"), std::string::npos);
  EXPECT_EQ(message_of(R"({"a": {"a": [{"a": 1}, {"a": 2}]}})", {.unique_names = true}), "accepted");
}

TEST(Json, PrintsBadUtf8WithoutThrowing) { EXPECT_EQ(dump_json({{"a", "\xff"}}), "{\"a\":\"\xEF\xBF\xBD\"}"); }

}  // namespace
}  // namespace foreview
