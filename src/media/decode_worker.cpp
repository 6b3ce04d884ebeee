#include "media/decode_worker.h"

#include <sys/mman.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "core/log.h"
#include "core/text.h"
#include "core/worker_process.h"
#include "foreview/error.h"
#include "media/decode_messages.h"
#include "media/handed_tracks.h"
#include "media/media_source.h"

namespace foreview {
namespace {

constexpr int kTries = 2;

WorkerProcess::Limits process_limits(const DecodeLimits& limits) {
  WorkerProcess::Limits given;
  given.reply_within = limits.reply_within;
  given.processor_time = limits.processor_time;
  given.memory_bytes = limits.memory_bytes;
#if defined(__SANITIZE_ADDRESS__)
  given.memory_bytes = 0;  // the sanitizer reserves terabytes of addresses
#endif
  return given;
}

std::string failure_text(WorkerReply reply, const std::string& detail) {
  return (reply == WorkerReply::crashed ? "the decoder crashed on it twice: " : "decoding it takes too long: ") +
         detail;
}

/// An empty file in memory that both processes see; the worker can write to nothing else.
OwnedDescriptor shared_memory() {
  OwnedDescriptor memory(::memfd_create("foreview-tracks", MFD_CLOEXEC));
  if (!memory) throw Error({.problem = std::string("no shared memory for decoding: ") + std::strerror(errno)});
  return memory;
}

void warn_once_unless(bool confined) {
#if !defined(__SANITIZE_ADDRESS__)
  static std::atomic<bool> said{false};
  if (!confined && !said.exchange(true))
    warn_line(
        "this kernel does not let the decode worker give up system calls (seccomp), as in some containers; its limits "
        "of "
        "memory and time stay");
#else
  static_cast<void>(confined);
#endif
}

/// A worker that a file has taken over may answer anything.
WorkerAnswer answer_of(const std::string& line) {
  try {
    return parse_worker_answer(line);
  } catch (const Error& error) {
    return {.confined = true, .reason = clean_utf8(error.what())};
  }
}

}  // namespace

struct DecodeWorker::Impl {
  WorkerProcess process;

  /// Asks the worker, twice if need be; `memory` is what its answer's tracks lie in.
  WorkerAnswer ask(const MediaSource& source, WorkerRequest request, OwnedDescriptor& memory) {
    request.name = source.name();
    const std::string line = to_line(request);
    WorkerAnswer failed{.confined = true};
    for (int attempt = 0; attempt < kTries; ++attempt) {
      memory = shared_memory();
      const std::array descriptors = {source.descriptor(), memory.get()};
      std::string text, detail;
      const WorkerReply reply = process.request(line, text, detail, descriptors);
      if (reply == WorkerReply::answered) {
        WorkerAnswer answer = answer_of(text);
        warn_once_unless(answer.confined);
        return answer;
      }
      failed.reason = failure_text(reply, clean_utf8(detail));
    }
    return failed;
  }
};

DecodeWorker::DecodeWorker(DecodeLimits limits)
    : impl_(new Impl{WorkerProcess({find_decode_worker().string()}, process_limits(limits))}) {}
DecodeWorker::~DecodeWorker() = default;

DecodeOutcome DecodeWorker::decode(const std::filesystem::path& file, const SamplingOptions& options,
                                   const std::filesystem::path& output, int threads) {
  DecodeOutcome outcome;
  try {
    const MediaSource source = MediaSource::open(file);
    OwnedDescriptor memory;
    const WorkerAnswer answer = impl_->ask(source, {.options = options, .threads = threads}, memory);
    outcome.reason = answer.reason;
    if (!answer.ok) {
      if (outcome.reason.empty()) outcome.reason = "the decoder gives no reason";
      return outcome;
    }
    const Tracks tracks = take_tracks(answer, options, memory.get());
    outcome.has_frames = tracks.frames.has_value();
    outcome.has_waveform = tracks.waveform.has_value();
    outcome.notes = tracks.notes;
    write_tracks(output, tracks);
    outcome.ok = true;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted || error.parts().file == output.string()) throw;
    ErrorParts parts = error.parts();
    if (parts.file == file.string()) parts.file.clear();
    outcome.reason = clean_utf8(Error(parts).what());
  }
  return outcome;
}

MediaFacts DecodeWorker::probe(const std::filesystem::path& file, const SamplingOptions& options) {
  const MediaSource source = MediaSource::open(file);
  OwnedDescriptor memory;
  const WorkerAnswer answer = impl_->ask(source, {.task = WorkerTask::probe, .options = options}, memory);
  if (!answer.ok) throw Error({.file = file.string(), .problem = answer.reason});
  return MediaFacts::from_json(answer.facts);
}

}  // namespace foreview
