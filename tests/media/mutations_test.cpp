#include "support/mutations.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "core/files.h"
#include "media/decode_worker.h"
#include "media/media_examples.h"
#include "support/reference_data.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

size_t files_in(const std::filesystem::path& folder) {
  const std::filesystem::directory_iterator begin(folder);
  return static_cast<size_t>(std::distance(begin, std::filesystem::directory_iterator()));
}

// benchmarks/media_mutations.cpp does the same with thousands of copies of files of all kinds.
TEST(Mutations, DamagedCopiesGiveTracksOrOneLineAndLeaveNothingBehind) {
  const testing::TemporaryFolder folder;
  const auto whole = folder.path() / "whole.mp4", file = folder.path() / "mutated.mp4", output = folder.path() / "out";
  testing::write_example(whole, {.width = 36, .height = 64}, 24);
  std::vector<std::string> originals = {read_file(whole)};
  if (const auto reference = testing::reference_data())
    for (const char* name : {"hevc_4s.mp4", "vp9_opus_4s.webm", "vfr.mp4"})
      originals.push_back(read_file(*reference / "data/odd_media/derived" / name));
  Random random(11);
  DecodeWorker worker({.reply_within = std::chrono::seconds(20)});
  int decoded = 0;
  for (int copy = 0; copy < 60; ++copy) {
    write_file_atomically(file, testing::mutated(originals[copy % originals.size()], random));
    std::filesystem::remove(output);
    const DecodeOutcome outcome = worker.decode(file, {.most_seconds = 2}, output);
    EXPECT_EQ(outcome.ok, outcome.reason.empty()) << copy;
    EXPECT_EQ(outcome.ok, std::filesystem::exists(output)) << copy;
    EXPECT_EQ(outcome.reason.find('\n'), std::string::npos) << copy;
    EXPECT_EQ(outcome.reason.find("too long"), std::string::npos) << copy << ": " << outcome.reason;
    EXPECT_EQ(files_in(folder.path()), 2u + outcome.ok) << copy;
    decoded += outcome.ok;
  }
  EXPECT_GT(decoded, 5);
  EXPECT_LT(decoded, 60);
}

}  // namespace
}  // namespace foreview
