#include "core/line_reader.h"

#include <gtest/gtest.h>

#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

TEST(LineReader, GivesTheLinesOfAFile) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "lines";
  const std::string longer(3 << 20, 'x');  // than what is read at once
  std::ofstream(file, std::ios::binary) << "one\n\n" << longer << "\nlast";
  LineReader lines(file);
  std::string line;
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, "one");
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, "");
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, longer);
  EXPECT_FALSE(lines.is_cut());
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, "last");
  EXPECT_EQ(lines.number(), 4u);
  EXPECT_FALSE(lines.next(line));
  EXPECT_EQ(lines.number(), 4u);
}

TEST(LineReader, KeepsOnlyTheStartOfALongLine) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "lines";
  std::ofstream(file, std::ios::binary) << "abcdefgh\nabcd\n";
  LineReader lines(file, 4);
  std::string line;
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, "abcd");
  EXPECT_TRUE(lines.is_cut());
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line, "abcd");
  EXPECT_FALSE(lines.is_cut());
}

TEST(LineReader, RefusesWhatCannotBeRead) {
  const testing::TemporaryFolder folder;
  EXPECT_THROW(LineReader(folder.path() / "nothing"), Error);
  std::string line;
  EXPECT_THROW(LineReader(folder.path()).next(line), Error);
}

}  // namespace
}  // namespace foreview
