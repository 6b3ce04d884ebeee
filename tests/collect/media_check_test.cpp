#include "collect/media_check.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

std::string box(const std::string& name, const std::string& content) {
  const auto size = static_cast<uint32_t>(content.size() + 8);
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(size >> shift);
  return bytes + name + content;
}

TEST(MediaCheck, BoxesHaveToEndWhereTheFileEnds) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "a.mp4";
  const std::string whole = box("ftyp", "isom") + box("moov", "xxxx") + box("mdat", std::string(100, 'd'));
  const auto fault = [&](const std::string& bytes) {
    write_file_atomically(file, bytes);
    return fault_in_mp4_boxes(file);
  };
  EXPECT_EQ(fault(whole), "");
  EXPECT_NE(fault(whole.substr(0, whole.size() - 1)).find("cut off"), std::string::npos);
  EXPECT_NE(fault(whole.substr(0, 30)).find("cut off"), std::string::npos);
  EXPECT_NE(fault(whole + "abc").find("cut off"), std::string::npos);
  EXPECT_NE(fault(box("ftyp", "isom") + box("mdat", "d")).find("moov"), std::string::npos);
  EXPECT_NE(fault(box("ftyp", "isom") + box("moov", "d")).find("mdat"), std::string::npos);
  EXPECT_NE(fault(whole + std::string("\0\0\0\3free", 8)).find("impossible"), std::string::npos);
}

}  // namespace
}  // namespace foreview
