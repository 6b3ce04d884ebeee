#include "core/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>
#include <vector>

#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

namespace fs = std::filesystem;

size_t entries_in(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(Files, WrittenFilesAreReadBack) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.path() / "new" / "deeper" / "data.bin";
  const std::string bytes("a\0b\xff", 4);
  write_file_atomically(file, bytes);
  EXPECT_EQ(read_file(file), bytes);
  write_file_atomically(file, "");
  EXPECT_EQ(read_file(file), "");
  EXPECT_EQ(entries_in(file.parent_path()), 1u);
  EXPECT_FALSE(read_file("/proc/self/stat").empty());  // says its size is 0
}

TEST(Files, ReadingRefusesWhatIsNoFile) {
  const testing::TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
  for (const fs::path& file : {folder.path() / "absent", folder.path(), folder.path() / "pipe", fs::path("/dev/zero")})
    EXPECT_THROW(read_file(file), Error) << file;
}

TEST(Files, ReadingRefusesWhatIsTooLarge) {
  const testing::TemporaryFolder folder;
  write_file_atomically(folder.path() / "f", "12345");
  EXPECT_EQ(read_file(folder.path() / "f", 5), "12345");
  EXPECT_THROW(read_file(folder.path() / "f", 4), Error);
  EXPECT_THROW(read_file("/proc/self/stat", 4), Error);
}

TEST(Files, FailedWritesLeaveNothing) {
  const testing::TemporaryFolder folder;
  fs::create_directory(folder.path() / "taken");
  write_file_atomically(folder.path() / "taken" / "inside", "x");
  EXPECT_THROW(write_file_atomically(folder.path() / "taken", "bytes"), Error);  // a folder has this name
  EXPECT_THROW(write_file_atomically(folder.path() / "taken" / "inside" / "f", "bytes"), Error);
  EXPECT_EQ(entries_in(folder.path()), 1u);
  EXPECT_EQ(read_file(folder.path() / "taken" / "inside"), "x");
}

TEST(Files, WritersOfOneNameDoNotMix) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.path() / "f";
  std::vector<std::jthread> writers;
  for (const char c : {'a', 'b', 'c', 'd'})
    writers.emplace_back([&file, c] {
      for (int i = 0; i < 20; ++i) write_file_atomically(file, std::string(10000, c));
    });
  writers.clear();
  const std::string bytes = read_file(file);
  EXPECT_EQ(bytes, std::string(10000, bytes.at(0)));
  EXPECT_EQ(entries_in(folder.path()), 1u);
}

TEST(Files, TemporaryNamesKeepFolderAndExtension) {
  const fs::path name = temporary_name("some/folder/" + std::string(240, 'x') + ".mp4");
  EXPECT_EQ(name.parent_path(), "some/folder");
  EXPECT_EQ(name.extension(), ".mp4");
  EXPECT_LT(name.filename().string().size(), 120u);
  EXPECT_NE(name, temporary_name("some/folder/other.mp4"));
}

TEST(Files, PublishMovesAStreamedFile) {
  const testing::TemporaryFolder folder;
  const fs::path file = folder.path() / "video.mp4", temporary = temporary_name(file);
  std::ofstream(temporary) << "streamed";
  publish_file(temporary, file);
  EXPECT_EQ(read_file(file), "streamed");
  EXPECT_FALSE(fs::exists(temporary));
  EXPECT_THROW(publish_file(temporary, file), Error);
}

TEST(Files, TemporariesOfTheDeadAreRemoved) {
  const testing::TemporaryFolder folder;
  fs::create_directory(folder.path() / "sub");
  const pid_t child = ::fork();
  if (child == 0) {
    std::ofstream(temporary_name(folder.path() / "sub" / "left.mp4")) << "half";
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  std::ofstream(temporary_name(folder.path() / "mine.mp4")) << "being written";
  std::ofstream(folder.path() / "kept") << "a result";
  // As after a restart of a container: the same process number, begun at another time.
  std::string reused = temporary_name(folder.path() / "old").filename().string();
  const size_t start = reused.find('-', reused.find("-" + std::to_string(::getpid()) + "-") + 1);
  reused.insert(start + 1, "9");
  std::ofstream(folder.path() / reused) << "half";
  ASSERT_EQ(entries_in(folder.path()), 4u);

  EXPECT_EQ(remove_stale_temporaries(folder.path()), 2);
  EXPECT_EQ(entries_in(folder.path() / "sub"), 0u);
  EXPECT_TRUE(fs::exists(temporary_name(folder.path() / "mine.mp4")));
  EXPECT_TRUE(fs::exists(folder.path() / "kept"));
  EXPECT_EQ(remove_stale_temporaries(folder.path() / "absent"), 0);
}

TEST(Files, TemporariesOfOtherHostsAreKeptForADay) {
  const testing::TemporaryFolder folder;
  const fs::path foreign = folder.path() / ".foreview-tmp-00000000-1-1-0123456789abcdef.mp4";
  std::ofstream(foreign) << "half";
  EXPECT_EQ(remove_stale_temporaries(folder.path()), 0);
  fs::last_write_time(foreign, fs::file_time_type::clock::now() - std::chrono::hours(25));
  EXPECT_EQ(remove_stale_temporaries(folder.path()), 1);
}

}  // namespace
}  // namespace foreview
