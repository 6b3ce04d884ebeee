#include "transcription/subtitles.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "core/random.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"
#include "transcription/sidecars.h"

namespace foreview {
namespace {

const std::string srt =
    "\xEF\xBB\xBF"
    "1\r\n00:00:01,500 --> 00:00:04,000\r\n<i>Hello</i> &amp; good\r\nday\r\n\r\n"
    "2\r\n01:00:05,000 --> 01:00:06,250\r\n12\r\n";
const std::string vtt =
    "WEBVTT\nKind: captions\n\nNOTE nothing\n\n00:01.000 --> 00:02.000 align:start\nfirst<00:00:01.500><c> "
    "words</c>\n\n"
    "00:02.000 --> 00:03.000\nfirst words\nmore\n";
const std::string json3 =
    R"({"events": [{"tStartMs": 1000}, {"tStartMs": 1500, "dDurationMs": 500, "segs": [{"utf8": "a"}, {"utf8": " b"}]}]})";
const std::string whisper = R"({"text": {"language": "en", "segments": [{"start": 0.5, "end": 2, "text": " Hi "}]}})";

TEST(Subtitles, SubRip) {
  const auto segments = parse_subrip(srt, "a.srt");
  ASSERT_EQ(segments.size(), 2u);
  EXPECT_EQ(segments[0].text, "Hello & good day");
  EXPECT_DOUBLE_EQ(segments[0].start, 1.5);
  EXPECT_DOUBLE_EQ(segments[1].end, 3606.25);
  EXPECT_EQ(segments[1].text, "12");
  EXPECT_THROW(parse_subrip("no subtitles at all\n", "a.srt"), Error);
}

TEST(Subtitles, WebVttWithoutRollingRepeats) {
  const auto segments = parse_webvtt(vtt, "a.vtt");
  ASSERT_EQ(segments.size(), 2u);
  EXPECT_EQ(segments[0].text, "first words");
  EXPECT_EQ(segments[1].text, "more");
  EXPECT_THROW(parse_webvtt("1\n00:01.000 --> 00:02.000\nx\n", "a.vtt"), Error);
}

TEST(Subtitles, Json) {
  const auto events = parse_json3(json3, "a.json3");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].text, "a b");
  EXPECT_DOUBLE_EQ(events[0].end, 2.0);
  const Transcript transcript = parse_whisper_json(whisper, "a.json");
  EXPECT_EQ(transcript.language, "en");
  EXPECT_EQ(transcript.text(), "Hi");
  EXPECT_THROW(parse_whisper_json("{}", "a.json"), Error);
  EXPECT_THROW(parse_json3("[]", "a.json3"), Error);
}

TEST(Subtitles, MarkUpOfEveryKindIsRemoved) {
  const auto text_of = [](const std::string& line) { return parse_subrip("1\n00:01,0 --> 00:02,0\n" + line, "a.srt"); };
  EXPECT_EQ(text_of("{\\an8}a<b>b</b> &lt;c&gt; &amp;lt; 1 < 2 {d}")[0].text, "ab <c> &lt; 1 < 2 {d}");
  EXPECT_TRUE(text_of("<i></i>{\\an8}").empty());
}

TEST(Subtitles, HostileFilesTakeNoLongerThanOthersOfTheirSize) {
  std::string tags(2'000'000, '<'), entities, lines;
  for (int i = 0; i < 200'000; ++i) {
    entities += "&amp;";
    lines += std::to_string(i) + "\n";
  }
  const std::string cue = "\n00:01.000 --> 00:02.000\n";
  // What is searched again for every sign, or line by line in the cue before, would take hours.
  EXPECT_EQ(parse_webvtt("WEBVTT\n" + cue + tags, "a.vtt")[0].text.size(), tags.size());
  EXPECT_EQ(parse_webvtt("WEBVTT\n" + cue + entities, "a.vtt")[0].text.size(), 200'000u);
  EXPECT_EQ(parse_webvtt("WEBVTT\n" + cue + lines + cue + lines, "a.vtt").size(), 1u);
}

TEST(Subtitles, WhatIsWrittenCanBeRead) {
  const TranscriptSegment segment{"some words", 3661.25, 3662.5};
  const auto read = parse_subrip(subrip_cue(1, segment) + subrip_cue(2, segment), "a.srt");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].text, segment.text);
  EXPECT_DOUBLE_EQ(read[0].start, segment.start);
  EXPECT_DOUBLE_EQ(parse_webvtt("WEBVTT\n\n" + webvtt_cue(segment), "a.vtt").at(0).end, segment.end);
}

TEST(Subtitles, MutationsAreReadOrRefused) {
  Random random(11);
  for (int i = 0; i < 4000; ++i)
    for (int kind = 0; kind < 4; ++kind) {
      std::string text = std::array{srt, vtt, json3, whisper}[kind];
      for (size_t k = 0; k <= random.below(4); ++k) {
        const size_t at = random.below(text.size());
        if (random.below(3) == 0) text.erase(at, random.below(12));
        if (text.empty()) text = "x";
        text[random.below(text.size())] = static_cast<char>(random.below(256));
      }
      try {
        if (kind == 0) parse_subrip(text, "f");
        if (kind == 1) parse_webvtt(text, "f");
        if (kind == 2) parse_json3(text, "f");
        if (kind == 3) parse_whisper_json(text, "f");
      } catch (const Error&) {
      }
    }
}

TEST(SidecarsTest, TheFirstReadableWins) {
  const testing::TemporaryFolder folder;
  Record record{.id = "v", .file = folder.path() / "v.mp4"};
  EXPECT_FALSE(Sidecars().find(record));
  record.texts["voice_to_text"] = "spoken";
  EXPECT_EQ(Sidecars().find(record)->text(), "spoken");
  record.texts["transcript"] = "written";
  EXPECT_EQ(Sidecars().find(record)->text(), "written");
  write_file_atomically(folder.path() / "v.en.vtt", vtt);
  EXPECT_EQ(Sidecars().find(record)->text(), "first words more");
  write_file_atomically(folder.path() / "v.whisper.json", whisper);
  EXPECT_EQ(Sidecars().find(record)->text(), "Hi");
  write_file_atomically(folder.path() / "v.srt", "broken\n");
  std::string problem;
  EXPECT_EQ(Sidecars().find(record, &problem)->text(), "Hi");
  EXPECT_NE(problem.find("v.srt"), std::string::npos);
  write_file_atomically(folder.path() / "v.srt", srt);
  EXPECT_EQ(Sidecars().find(record)->source, "sidecar");
  EXPECT_EQ(Sidecars().find(record)->segments.size(), 2u);
  write_file_atomically(folder.path() / "vv.srt", vtt);  // of another video
  EXPECT_EQ(Sidecars().find(record)->segments.size(), 2u);
}

}  // namespace
}  // namespace foreview
