#include "media/decode_worker.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "core/files.h"
#include "foreview/error.h"
#include "media/decode.h"
#include "media/decode_messages.h"
#include "media/media_examples.h"
#include "support/reference_data.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

using testing::TemporaryFolder;
using testing::write_example;

class WorkerVariable {
 public:
  explicit WorkerVariable(const std::filesystem::path& program) { setenv("FOREVIEW_WORKER", program.c_str(), 1); }
  ~WorkerVariable() { unsetenv("FOREVIEW_WORKER"); }
};

void write_script(const std::filesystem::path& file, const std::string& text) {
  write_file_atomically(file, text);
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
}

/// Processes whose parent is this one.
std::vector<pid_t> children() {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream status(entry.path() / "status");
    for (std::string line; std::getline(status, line);)
      if (line == "PPid:\t" + std::to_string(getpid())) found.push_back(std::atoi(entry.path().filename().c_str()));
  }
  return found;
}

TEST(DecodeWorker, GivesWhatDecodingHereGives) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "caf\xc3\xa9 \xff.mp4", output = folder.path() / "tracks \xfe";
  write_example(file, {.width = 54, .height = 72}, 36);
  DecodeWorker worker;
  const DecodeOutcome outcome = worker.decode(file, {}, output);
  ASSERT_TRUE(outcome.ok) << outcome.reason;
  EXPECT_TRUE(outcome.has_frames && outcome.has_waveform);
  const Tracks here = decode_media(file, {}), there = read_tracks(output);
  EXPECT_EQ(there.frames->pixels, here.frames->pixels);
  EXPECT_EQ(there.frames->times, here.frames->times);
  EXPECT_EQ(there.waveform->samples, here.waveform->samples);
  EXPECT_EQ(there.duration, here.duration);
}

TEST(DecodeWorker, AFileThatCannotBeDecodedGivesAReasonAndNoOutput) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "empty.mp4").flush();
  DecodeWorker worker;
  const DecodeOutcome outcome = worker.decode(folder.path() / "empty.mp4", {}, folder.path() / "out");
  EXPECT_FALSE(outcome.ok);
  EXPECT_EQ(outcome.reason, "the file is empty; download or export it again");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "out"));
}

TEST(DecodeWorker, GoesOnAfterItsProcessWasKilled) {
  const TemporaryFolder folder;
  write_example(folder.path() / "clip.mp4", {.width = 36, .height = 64}, 12);
  DecodeWorker worker;
  ASSERT_TRUE(worker.decode(folder.path() / "clip.mp4", {}, folder.path() / "a").ok);
  const std::vector<pid_t> processes = children();
  ASSERT_EQ(processes.size(), 1u);
  kill(processes[0], SIGKILL);
  EXPECT_TRUE(worker.decode(folder.path() / "clip.mp4", {}, folder.path() / "b").ok);
  EXPECT_TRUE(read_file(folder.path() / "a") == read_file(folder.path() / "b"));
}

TEST(DecodeWorker, ACrashInTheMiddleGivesAReasonAndTheNextFileWorks) {
  const TemporaryFolder folder;
  const std::string real = find_decode_worker().string();
  const auto script = folder.path() / "worker", log = folder.path() / "log";
  write_script(script, "#!/bin/sh\nwhile read -r line; do\n  echo asked >> '" + log.string() +
                           "'\n  case \"$line\" in\n    *deadly*) kill -SEGV $$ ;;\n"
                           "    *) printf '%s\\n' \"$line\" | '" +
                           real + "' ;;\n  esac\ndone\n");
  const WorkerVariable variable(script);
  write_example(folder.path() / "good.mp4", {.width = 36, .height = 64}, 12);
  write_example(folder.path() / "deadly.mp4", {.width = 36, .height = 64}, 12);
  DecodeWorker worker;
  const DecodeOutcome crashed = worker.decode(folder.path() / "deadly.mp4", {}, folder.path() / "out");
  EXPECT_FALSE(crashed.ok);
  EXPECT_NE(crashed.reason.find("crashed"), std::string::npos) << crashed.reason;
  EXPECT_NE(crashed.reason.find("signal 11"), std::string::npos) << crashed.reason;
  EXPECT_EQ(read_file(log), "asked\nasked\n") << "one retry";
  const DecodeOutcome next = worker.decode(folder.path() / "good.mp4", {}, folder.path() / "out");
  EXPECT_TRUE(next.ok) << next.reason;
}

TEST(DecodeWorker, AnswersThatAreNoAnswersBecomeAReason) {
  const TemporaryFolder folder;
  for (const std::string answer : {"nonsense", "{}", "[]", "{\"ok\":1}", "{\"ok\":true,\"frames\":true}"}) {
    write_script(folder.path() / "worker", "#!/bin/sh\nwhile read -r line; do echo '" + answer + "'; done\n");
    const WorkerVariable variable(folder.path() / "worker");
    const DecodeOutcome outcome = DecodeWorker().decode("x.mp4", {}, folder.path() / "out");
    EXPECT_FALSE(outcome.ok) << answer;
    EXPECT_FALSE(outcome.reason.empty()) << answer;
  }
}

TEST(DecodeWorker, AMissingProgramIsNamed) {
  const WorkerVariable variable("/nowhere/foreview-worker");
  EXPECT_THROW(DecodeWorker(), Error);
}

TEST(DecodeMessages, RequestsComeBackAsTheyWere) {
  const DecodeRequest sent{
      .file = "/a b/\xff\xc3\xa9\".mp4",
      .output = "/out",
      .options = {
          .frames_per_second = 2.5, .width = 10, .height = 20, .most_seconds = 7, .video = false, .audio = true}};
  const DecodeRequest got = parse_decode_request(to_line(sent));
  EXPECT_EQ(got.file, sent.file);
  EXPECT_EQ(got.output, sent.output);
  EXPECT_EQ(got.options.canonical(), sent.options.canonical());
  EXPECT_THROW(parse_decode_request("{\"file\":1}"), Error);
  EXPECT_THROW(parse_decode_request("not json"), Error);
}

/// What is expected of a file: part of its reason, or nothing when it can be decoded.
const std::map<std::string, std::string> kOddFiles = {
    {"zero_bytes.mp4", "the file is empty"},
    {"random_bytes.mp4", "not a video file"},
    {"no_moov_truncated.mp4", "no moov box"},
    {"truncated_1k.mp4", "cut off"},
    {"short-cenc.mp4", "encrypted"},
    {"av1-clearkey-cbcs-video.mp4", "encrypted"},
    {"bipbop_audioinit.mp4", "header and no content"},
    {"audio_only.mp4", ""},
    {"av1_2s.mp4", ""},
    {"bitflips_400.mp4", ""},
    {"hevc_4s.mp4", ""},
    {"no_audio.mp4", ""},
    {"single_frame.mp4", ""},
    {"truncated_50pct.mp4", ""},
    {"vp9_opus_4s.webm", ""},
    {"white.mp4", ""},
};

TEST(DecodeWorker, OddFilesGiveTracksOrOneClearLine) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  const TemporaryFolder folder;
  DecodeWorker worker;
  size_t known = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(*testing::reference_data() / "data" / "odd_media")) {
    if (!entry.is_regular_file()) continue;
    const std::string name = entry.path().filename();
    const auto output = folder.path() / "out";
    std::filesystem::remove(output);
    const DecodeOutcome outcome = worker.decode(entry.path(), {.most_seconds = 3}, output);
    EXPECT_EQ(outcome.reason.find("crashed"), std::string::npos) << name << ": " << outcome.reason;
    EXPECT_EQ(outcome.reason.find('\n'), std::string::npos) << name;
    EXPECT_EQ(outcome.ok, outcome.reason.empty()) << name;
    EXPECT_EQ(std::filesystem::exists(output), outcome.ok) << name;
    if (outcome.ok) {
      const Tracks tracks = read_tracks(output);
      EXPECT_EQ(tracks.frames.has_value(), outcome.has_frames) << name;
      EXPECT_EQ(tracks.waveform.has_value(), outcome.has_waveform) << name;
    }
    const auto expected = kOddFiles.find(name);
    if (expected == kOddFiles.end()) continue;
    ++known;
    EXPECT_EQ(outcome.ok, expected->second.empty()) << name << ": " << outcome.reason;
    EXPECT_NE(outcome.reason.find(expected->second), std::string::npos) << name << ": " << outcome.reason;
  }
  EXPECT_EQ(known, kOddFiles.size());
}

TEST(DecodeWorker, RealVerticalVideosFillTheirShape) {
  if (!testing::reference_data()) GTEST_SKIP() << "skipped: no reference data";
  const TemporaryFolder folder;
  DecodeWorker worker;
  int videos = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(*testing::reference_data() / "data" / "vertical" / "videos")) {
    ++videos;
    const SamplingOptions options{.most_seconds = 4};
    const DecodeOutcome outcome = worker.decode(entry.path(), options, folder.path() / "out");
    ASSERT_TRUE(outcome.ok) << entry.path() << ": " << outcome.reason;
    EXPECT_TRUE(outcome.notes.empty()) << outcome.notes.front();
    const Tracks tracks = read_tracks(folder.path() / "out");
    ASSERT_TRUE(tracks.frames && tracks.waveform) << entry.path();
    EXPECT_EQ(tracks.frames->count(), 16u);
    EXPECT_EQ(tracks.frames->pixels.size(), size_t{16} * 72 * 128 * 3);
    EXPECT_NEAR(tracks.waveform->start + tracks.waveform->duration(), 4, 0.001);
    EXPECT_GE(tracks.frames->content_box[2] * tracks.frames->content_box[3], 72 * 124);
  }
  EXPECT_EQ(videos, 7);
}

}  // namespace
}  // namespace foreview
