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
  EXPECT_GE(testing::psnr(there.frames->pixels, here.frames->pixels), 42);
  EXPECT_EQ(there.frames->times, here.frames->times);
  EXPECT_GE(testing::snr(here.waveform->samples, there.waveform->samples, 0, here.waveform->samples.size()), 60);
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
  write_script(script, "#!/bin/sh\nif [ $(cat '" + log.string() +
                           "' 2>/dev/null | wc -l) -lt 2 ]; then\n  read -r line\n" + "  echo asked >> '" +
                           log.string() + "'\n  kill -SEGV $$\nfi\nexec '" + real + "'\n");
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
  for (
      const std::string answer :
      {"nonsense", "{}", "[]", "{\"ok\":1}", "{\"ok\":true,\"frames\":true}",
       R"({"ok":true,"confined":true,"duration":1,"notes":[],"frames":null,"waveform":null})",
       R"({"ok":true,"confined":true,"duration":1,"notes":[],"frames":{"count":4,"content_box":[0,0,72,128]},"waveform":null})",
       R"({"ok":true,"confined":true,"duration":1,"notes":[],"frames":{"count":99999999,"content_box":[0,0,72,128]},"waveform":null})"}) {
    const auto script = folder.path() / "worker";
    write_script(script, "#!/bin/sh\nwhile read -r line; do echo '" + answer + "'; done\n");
    const WorkerVariable variable(script);
    const DecodeOutcome outcome = DecodeWorker().decode(script, {}, folder.path() / "out");
    EXPECT_FALSE(outcome.ok) << answer;
    EXPECT_FALSE(outcome.reason.empty()) << answer;
  }
}

std::string status_field(pid_t process, const std::string& field) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(field + ":\t")) return line.substr(field.size() + 2);
  return {};
}

TEST(DecodeWorker, TheProcessIsConfinedBeforeItSeesAFile) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "skipped: sanitizer builds are not confined";
#endif
  if (status_field(getpid(), "Seccomp").empty()) GTEST_SKIP() << "skipped: this kernel has no seccomp";
  const TemporaryFolder folder;
  write_example(folder.path() / "clip.mp4", {.width = 36, .height = 64}, 12);
  DecodeWorker worker;
  ASSERT_TRUE(worker.decode(folder.path() / "clip.mp4", {}, folder.path() / "out").ok);
  const std::vector<pid_t> processes = children();
  ASSERT_EQ(processes.size(), 1u);
  EXPECT_EQ(status_field(processes[0], "NoNewPrivs"), "1");
  EXPECT_EQ(status_field(processes[0], "Seccomp"), "2") << "no filter is in force";
}

TEST(DecodeWorker, AFileThatHangsIsGivenUpAfterTwoTries) {
  const TemporaryFolder folder;
  const auto script = folder.path() / "worker", log = folder.path() / "log";
  write_script(script, "#!/bin/sh\nread -r line\necho asked >> '" + log.string() + "'\nexec sleep 60\n");
  const WorkerVariable variable(script);
  write_example(folder.path() / "clip.mp4", {.width = 36, .height = 64}, 12);
  DecodeWorker worker({.reply_within = std::chrono::seconds(1)});
  const DecodeOutcome outcome = worker.decode(folder.path() / "clip.mp4", {}, folder.path() / "out");
  EXPECT_FALSE(outcome.ok);
  EXPECT_EQ(outcome.reason, "decoding it takes too long: no answer within 1 s");
  EXPECT_EQ(read_file(log), "asked\nasked\n");
  EXPECT_TRUE(children().empty());
}

TEST(DecodeWorker, AFileThatBurnsProcessorTimeIsGivenUp) {
  const TemporaryFolder folder;
  write_script(folder.path() / "worker", "#!/bin/sh\nread -r line\nwhile :; do :; done\n");
  const WorkerVariable variable(folder.path() / "worker");
  write_example(folder.path() / "clip.mp4", {.width = 36, .height = 64}, 12);
  DecodeWorker worker({.reply_within = std::chrono::seconds(30), .processor_time = std::chrono::seconds(1)});
  const DecodeOutcome outcome = worker.decode(folder.path() / "clip.mp4", {}, folder.path() / "out");
  EXPECT_NE(outcome.reason.find("CPU time limit exceeded"), std::string::npos) << outcome.reason;
}

TEST(DecodeWorker, AMissingProgramIsNamed) {
  const WorkerVariable variable("/nowhere/foreview-worker");
  EXPECT_THROW(DecodeWorker(), Error);
}

TEST(DecodeMessages, RequestsComeBackAsTheyWere) {
  const WorkerRequest sent{.task = WorkerTask::probe,
                           .name = "/a b/\xff\xc3\xa9\".mp4",
                           .options = {.frames_per_second = 2.5,
                                       .width = 10,
                                       .height = 20,
                                       .most_seconds = 7,
                                       .mode = "exact",
                                       .video = false,
                                       .audio = true},
                           .threads = 3};
  const WorkerRequest got = parse_worker_request(to_line(sent));
  EXPECT_EQ(got.task, sent.task);
  EXPECT_EQ(got.name, sent.name);
  EXPECT_EQ(got.threads, 3);
  EXPECT_EQ(got.options.canonical(), sent.options.canonical());
  EXPECT_THROW(parse_worker_request("{\"file\":1}"), Error);
  EXPECT_THROW(parse_worker_request("not json"), Error);
}

struct Expected {
  std::string tracks;  // V, A or both
  std::string reason;  // part of it, when there are none
};

const std::map<std::string, Expected> kOddFiles = {
    {"audio_only.mp4", {"A", ""}},
    {"av1_2s.mp4", {"VA", ""}},
    {"bitflips_400.mp4", {"VA", ""}},
    {"hevc_4s.mp4", {"VA", ""}},
    {"no_audio.mp4", {"V", ""}},
    {"no_moov_truncated.mp4", {"", "no moov box"}},
    {"random_bytes.mp4", {"", "not a video file"}},
    {"rotated90.mp4", {"VA", ""}},
    {"silent_audio.mp4", {"VA", ""}},
    {"single_frame.mp4", {"V", ""}},
    {"truncated_1k.mp4", {"", "the download was cut off inside"}},
    {"truncated_50pct.mp4", {"VA", ""}},
    {"vfr.mp4", {"VA", ""}},
    {"vp9_opus_4s.webm", {"VA", ""}},
    {"zero_bytes.mp4", {"", "the file is empty"}},
    {"afconvert-aac-0.5s.mp4", {"A", ""}},
    {"amr_nb_1f.3gp", {"A", ""}},
    {"amr_wb_1f.3gp", {"A", ""}},
    {"av1-clearkey-cbcs-video.mp4", {"", "encrypted: cannot be decoded"}},
    {"bbb_sunflower_QCIF_30fps_h263_noaudio_1f.3gp", {"V", ""}},
    {"bbb_sunflower_QCIF_30fps_mp4v_noaudio_1f.mp4", {"V", ""}},
    {"bipbop-cenc-audioinit.mp4", {"", "encrypted: cannot be decoded"}},
    {"bipbop_480wp_1001kbps-cenc-video-key1-init.mp4", {"", "encrypted: cannot be decoded"}},
    {"bipbop_audioinit.mp4", {"", "a header and no content"}},
    {"bipbop_cbcs_audio_init.mp4", {"", "encrypted: cannot be decoded"}},
    {"bipbop_cbcs_video_init.mp4", {"", "encrypted: cannot be decoded"}},
    {"bipbop_nonfragment_header.mp4", {"", "a header and no content"}},
    {"chunk_out_of_range.mp4", {"", "header is damaged"}},
    {"clusterfuzz-testcase-minimized-avif-4914209301856256.avif", {"", "a header and no content"}},
    {"clusterfuzz-testcase-minimized-mp4-6093954524250112", {"", "cut off inside"}},
    {"h264_white_frame_sar_16_9.mp4", {"V", ""}},
    {"hevc_white_frame.mp4", {"V", ""}},
    {"invalid_userdata.mp4", {"", "a header and no content"}},
    {"metadata.mp4", {"VA", ""}},
    {"metadata_gnre.mp4", {"VA", ""}},
    {"minimal.mp4", {"VA", ""}},
    {"no_timescale.mp4", {"V", ""}},
    {"opus_audioinit.mp4", {"A", ""}},
    {"opus_audioinit_two_desc.mp4", {"A", ""}},
    {"short-cenc.mp4", {"", "encrypted: cannot be decoded"}},
    {"sine-3s-xhe-aac-44khz-mono.mp4", {"", "cannot decode this variant of its codec"}},
    {"test_case_1185230.mp4", {"", "nothing in it can be decoded: it is damaged"}},
    {"tiny_av1.mp4", {"V", ""}},
    {"video_colr_nclx_and_icc.mp4", {"V", ""}},
    {"video_colr_nclx_hdr10.mp4", {"V", ""}},
    {"video_colr_nclx_hdr10_full_range.mp4", {"V", ""}},
    {"video_colr_nclx_hlg.mp4", {"V", ""}},
    {"video_colr_nclx_hlg_full_range.mp4", {"V", ""}},
    {"video_colr_nclx_rgb.mp4", {"V", ""}},
    {"video_colr_nclx_two_colr.mp4", {"V", ""}},
    {"video_rotation_90.mp4", {"V", ""}},
    {"white.mp4", {"V", ""}},
    {"zero_empty_stsc.mp4", {"", "it is damaged"}},
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
    if (expected == kOddFiles.end()) {
      EXPECT_EQ(name, "LICENSE") << "not in the table";
      continue;
    }
    ++known;
    const std::string tracks = std::string(outcome.has_frames ? "V" : "") + (outcome.has_waveform ? "A" : "");
    EXPECT_EQ(tracks, expected->second.tracks) << name << ": " << outcome.reason;
    EXPECT_NE(outcome.reason.find(expected->second.reason), std::string::npos) << name << ": " << outcome.reason;
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
