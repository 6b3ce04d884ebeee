#include "sample/speech_synthesis.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>

#include "core/child_process.h"
#include "foreview/error.h"
#include "media/ffmpeg_handles.h"
#include "sample/wav.h"

namespace foreview {
namespace {

constexpr const char* kProgram = "espeak-ng";
/// Of the voices that come with espeak-ng, the one that recognisers trained on people understand best.
constexpr const char* kVoice = "en-us+f5";
constexpr int kWordsPerMinute = 145;
constexpr size_t kMostBytes = size_t{8} << 20;
constexpr int kPatienceMilliseconds = 30'000;
constexpr float kLoudness = 0.1f;  // root mean square of a word

[[noreturn]] void fail(const std::string& problem) {
  throw Error({.file = kProgram,
               .problem = problem,
               .advice = "the sample's words are spoken by this program: install it with 'apt install espeak-ng'"});
}

/// Kills and reaps the child whatever happens to the reader.
class ReapedChild {
 public:
  explicit ReapedChild(ChildProcess child) : child_(std::move(child)) { child_.input.reset(); }
  ~ReapedChild() {
    if (!reaped_) {
      ::kill(child_.pid, SIGKILL);
      wait();
    }
  }
  ReapedChild(const ReapedChild&) = delete;
  ReapedChild& operator=(const ReapedChild&) = delete;

  int output() const { return child_.output.get(); }
  int wait() {
    int status = 0;
    while (::waitpid(child_.pid, &status, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    return status;
  }

 private:
  ChildProcess child_;
  bool reaped_ = false;
};

std::string read_all(int descriptor) {
  std::string bytes;
  char buffer[65536];
  for (;;) {
    pollfd ready{descriptor, POLLIN, 0};
    const int polled = ::poll(&ready, 1, kPatienceMilliseconds);
    if (polled == 0) fail("gives no answer");
    const ssize_t got = polled < 0 ? -1 : ::read(descriptor, buffer, sizeof(buffer));
    if (got == 0) return bytes;
    if (got < 0 && errno != EINTR && errno != EAGAIN) fail("cannot be read from");
    if (got > 0) bytes.append(buffer, static_cast<size_t>(got));
    if (bytes.size() > kMostBytes) fail("speaks without end");
  }
}

/// What the program writes on stdout; no shell is involved.
std::string output_of_espeak(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kProgram);
  ChildProcess child;
  try {
    child = start_child(arguments, 0);
  } catch (const Error&) {
    fail("this program cannot be started");
  }
  ReapedChild running(std::move(child));
  std::string bytes = read_all(running.output());
  const int status = running.wait();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail("ended with an error");
  return bytes;
}

std::vector<float> resampled(const WavSound& sound, int sample_rate) {
  if (sound.sample_rate == sample_rate) return sound.samples;
  AVChannelLayout mono = AV_CHANNEL_LAYOUT_MONO;  // not const: FFmpeg 5 takes plain pointers
  SwrContext* allocated = nullptr;
  swr_alloc_set_opts2(&allocated, &mono, AV_SAMPLE_FMT_FLT, sample_rate, &mono, AV_SAMPLE_FMT_FLT, sound.sample_rate, 0,
                      nullptr);
  const SwrContextPtr context = require_memory(SwrContextPtr(allocated));
  if (swr_init(context.get()) < 0) fail("speaks at a sample rate that cannot be converted");
  const int count = static_cast<int>(sound.samples.size());
  std::vector<float> result(static_cast<size_t>(swr_get_out_samples(context.get(), count)) + 256);
  const uint8_t* input[] = {reinterpret_cast<const uint8_t*>(sound.samples.data())};
  size_t done = 0;
  for (const bool flushing : {false, true}) {
    uint8_t* output[] = {reinterpret_cast<uint8_t*>(result.data() + done)};
    const int made = swr_convert(context.get(), output, static_cast<int>(result.size() - done),
                                 flushing ? nullptr : input, flushing ? 0 : count);
    if (made < 0) fail("speaks at a sample rate that cannot be converted");
    done += static_cast<size_t>(made);
  }
  result.resize(done);
  return result;
}

/// Cuts the silence around the word and brings it to one loudness.
std::vector<float> trimmed_and_levelled(const std::vector<float>& samples, int sample_rate) {
  float peak = 0;
  for (const float sample : samples) peak = std::max(peak, std::abs(sample));
  const auto audible = [threshold = 0.01f * peak](float sample) { return std::abs(sample) > threshold; };
  const auto first = std::ranges::find_if(samples, audible);
  if (peak == 0 || first == samples.end()) fail("says nothing");
  const auto last = std::find_if(samples.rbegin(), samples.rend(), audible).base();
  const auto margin = static_cast<std::ptrdiff_t>(sample_rate / 100);
  std::vector<float> word(first - std::min(margin, first - samples.begin()),
                          last + std::min(margin, samples.end() - last));
  double energy = 0;
  for (const float sample : word) energy += double{sample} * sample;
  const auto gain = static_cast<float>(kLoudness / std::sqrt(energy / static_cast<double>(word.size())));
  for (float& sample : word) sample *= gain;
  return word;
}

}  // namespace

SpeechSynthesizer::SpeechSynthesizer(int sample_rate) : sample_rate_(sample_rate) { output_of_espeak({"--version"}); }

std::shared_ptr<const std::vector<float>> SpeechSynthesizer::say(const std::string& word, int pitch) {
  const std::pair<std::string, int> key(word, pitch);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = spoken_.find(key); known != spoken_.end()) return known->second;
  }
  // Two threads may synthesise the same word at once; both get the same samples.
  const std::string wav = output_of_espeak(
      {"-v", kVoice, "-s", std::to_string(kWordsPerMinute), "-p", std::to_string(pitch), "--stdout", "--", word + "."});
  auto samples = std::make_shared<const std::vector<float>>(
      trimmed_and_levelled(resampled(parse_streamed_wav(wav), sample_rate_), sample_rate_));
  const std::lock_guard lock(mutex_);
  return spoken_.emplace(key, std::move(samples)).first->second;
}

}  // namespace foreview
