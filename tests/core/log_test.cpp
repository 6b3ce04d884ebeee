#include "core/log.h"

#include <gtest/gtest.h>

#include "captured_stderr.h"
#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

using testing::CapturedStderr;

TEST(Log, MessagesAreSingleCleanLines) {
  CapturedStderr captured(CapturedStderr::Kind::pipe);
  info_line("hello");
  warn_line("bad\nname \x1b[31m\xff");
  EXPECT_EQ(captured.take(), "hello\nwarning: bad name  [31m\xEF\xBF\xBD\n");
}

TEST(Log, EverythingIsAppendedAsJsonLines) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "work" / "log.jsonl";
  write_file_atomically(file, "{\"event\":\"earlier\"}\n");
  open_log_file(file);
  {
    CapturedStderr captured(CapturedStderr::Kind::pipe);
    warn_line("two\nlines \xff");
  }
  log_event("stage finished", {{"stage", "ingest"}, {"videos", 7}});
  log_event("bare", nullptr);
  open_log_file(folder.path() / "other.jsonl");
  log_event("elsewhere", nlohmann::json::array({1}));

  const auto lines = split_text(read_file(file), '\n');
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(parse_json(lines[0], file)["event"], "earlier");
  const auto warning = parse_json(lines[1], file);
  EXPECT_EQ(warning["level"], "warning");
  EXPECT_EQ(warning["message"], "two\nlines \xEF\xBF\xBD");
  EXPECT_EQ(warning["time"].get<std::string>().size(), std::string("2024-01-01T00:00:00.000Z").size());
  const auto event = parse_json(lines[2], file);
  EXPECT_EQ(event["event"], "stage finished");
  EXPECT_EQ(event["videos"], 7);
  EXPECT_EQ(parse_json(lines[3], file)["event"], "bare");
  EXPECT_EQ(parse_json(read_file(folder.path() / "other.jsonl"), file)["details"][0], 1);
}

TEST(Log, AnImpossibleLogFileIsAnError) {
  const testing::TemporaryFolder folder;
  EXPECT_THROW(open_log_file(folder.path()), Error);
}

}  // namespace
}  // namespace foreview
