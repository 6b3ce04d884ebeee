#include "speech/transcript.h"

#include <gtest/gtest.h>

#include "foreview/error.h"

namespace foreview {
namespace {

const Transcript example{
    .source = "pocketsphinx", .language = "en", .segments = {{"so easy", 0.5, 1.25}, {"", 2, 2}, {"now", 3, 3.5}}};

TEST(Transcript, TextJoinsSegments) {
  EXPECT_EQ(example.text(), "so easy now");
  EXPECT_EQ(Transcript{}.text(), "");
}

TEST(Transcript, JsonRoundTrip) {
  const Transcript back = Transcript::from_json(nlohmann::json::parse(example.to_json().dump()));
  EXPECT_EQ(back.source, "pocketsphinx");
  EXPECT_EQ(back.language, "en");
  ASSERT_EQ(back.segments.size(), 3u);
  EXPECT_EQ(back.segments[0].text, "so easy");
  EXPECT_EQ(back.segments[0].start, 0.5);
  EXPECT_EQ(back.segments[2].end, 3.5);
}

TEST(Transcript, BadBytesDoNotBreakJson) {
  const Transcript transcript{.source = "x", .language = "", .segments = {{"a\xFF", 0, 1}}};
  EXPECT_NO_THROW(transcript.to_json().dump());
}

TEST(Transcript, WrongJsonIsAnError) {
  for (const char* text : {"[]", "{}", "null", R"({"source":"x","language":"en"})",
                           R"({"source":"x","language":"en","segments":[{"text":1,"start":0,"end":1}]})",
                           R"({"source":"x","language":"en","segments":[{"text":"a","start":"0","end":1}]})",
                           R"({"source":"x","language":"en","segments":[7]})"}) {
    EXPECT_THROW(Transcript::from_json(nlohmann::json::parse(text)), Error) << text;
  }
}

}  // namespace
}  // namespace foreview
