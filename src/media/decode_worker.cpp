#include "media/decode_worker.h"

#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/text.h"
#include "core/worker_process.h"
#include "foreview/error.h"
#include "media/decode_messages.h"

namespace foreview {
namespace {

constexpr std::chrono::seconds kReplyWithin{300};
constexpr int kTries = 2;

std::vector<std::filesystem::path> worker_places() {
  std::vector<std::filesystem::path> places;
  std::error_code failed;
  const auto add_beside = [&](const std::filesystem::path& binary) {
    places.push_back(binary.parent_path() / "foreview-worker");
    places.push_back(binary.parent_path().parent_path() / "libexec" / "foreview" / "foreview-worker");
  };
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (!failed) add_beside(program);
  // The shared library may be installed elsewhere than the program that uses it.
  Dl_info library{};
  if (dladdr(reinterpret_cast<const void*>(&find_decode_worker), &library) != 0 && library.dli_fname) {
    const std::filesystem::path file = std::filesystem::weakly_canonical(library.dli_fname, failed);
    if (!failed) add_beside(file);
  }
  places.emplace_back(FOREVIEW_WORKER_INSTALLED);
  places.emplace_back(FOREVIEW_WORKER_BUILT);
  return places;
}

bool is_program(const std::filesystem::path& file) {
  return std::filesystem::is_regular_file(file) && access(file.c_str(), X_OK) == 0;
}

WorkerProcess::Limits limits() {
  WorkerProcess::Limits limits;
  limits.reply_within = kReplyWithin;
#if defined(__SANITIZE_ADDRESS__)
  limits.memory_bytes = 0;  // the sanitizer reserves terabytes of addresses
#endif
  return limits;
}

std::string failure_text(WorkerReply reply, const std::string& detail) {
  return (reply == WorkerReply::crashed ? "the decoder crashed on it twice: " : "decoding it takes too long: ") +
         detail;
}

/// A worker that a file has taken over may answer anything.
DecodeOutcome outcome_of(const std::string& answer) {
  try {
    return parse_decode_outcome(answer);
  } catch (const Error& error) {
    DecodeOutcome outcome;
    outcome.reason = clean_utf8(error.what());
    return outcome;
  }
}

}  // namespace

std::filesystem::path find_decode_worker() {
  if (const char* named = std::getenv("FOREVIEW_WORKER")) {
    if (is_program(named)) return named;
    throw Error({.file = named, .problem = "FOREVIEW_WORKER names no program", .expected = "foreview-worker"});
  }
  const std::vector<std::filesystem::path> places = worker_places();
  for (const std::filesystem::path& place : places)
    if (is_program(place)) return place;
  throw Error({.file = places.front().string(),
               .problem = "the decode worker program is not there",
               .advice = "build the target foreview-worker or name it in FOREVIEW_WORKER"});
}

struct DecodeWorker::Impl {
  WorkerProcess process{{find_decode_worker().string()}, limits()};
};

DecodeWorker::DecodeWorker() : impl_(std::make_unique<Impl>()) {}
DecodeWorker::~DecodeWorker() = default;

DecodeOutcome DecodeWorker::decode(const std::filesystem::path& file, const SamplingOptions& options,
                                   const std::filesystem::path& output) {
  const std::string line = to_line(DecodeRequest{
      .file = std::filesystem::absolute(file), .output = std::filesystem::absolute(output), .options = options});
  DecodeOutcome outcome;
  for (int attempt = 0; attempt < kTries; ++attempt) {
    std::string answer, detail;
    const WorkerReply reply = impl_->process.request(line, answer, detail);
    if (reply == WorkerReply::answered) return outcome_of(answer);
    outcome.reason = failure_text(reply, clean_utf8(detail));
  }
  return outcome;
}

}  // namespace foreview
