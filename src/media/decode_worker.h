#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "media/media_facts.h"
#include "media/tracks.h"

namespace foreview {

/// Result of one file; `ok` false: `reason` is one line a user understands and nothing was written.
struct DecodeOutcome {
  bool ok = false;
  std::string reason;
  bool has_frames = false, has_waveform = false;
  std::vector<std::string> notes;
};

/// What one file may cost.
struct DecodeLimits {
  std::chrono::seconds reply_within{300};    // wall clock, for each of the two tries
  std::chrono::seconds processor_time{600};  // of all threads together
  size_t memory_bytes = size_t{4} << 30;     // of addresses
};

/// Decodes files in the `foreview-worker` process, which can crash or hang without harm: one retry, then the reason.
/// The process is handed each file opened and gives frames and samples back through shared memory; it can open nothing
/// itself. One object a thread.
class DecodeWorker {
 public:
  /// Throws Error when the worker program is not found (beside this program, installed, or FOREVIEW_WORKER).
  explicit DecodeWorker(DecodeLimits limits = {});
  ~DecodeWorker();

  /// Decodes `file` with `threads` threads and writes its tracks to `output` (atomically, see tracks.h).
  DecodeOutcome decode(const std::filesystem::path& file, const SamplingOptions& options,
                       const std::filesystem::path& output, int threads = 1);
  /// What is in the file and what would be sampled. Throws Error with the reason when it cannot be opened.
  MediaFacts probe(const std::filesystem::path& file, const SamplingOptions& options);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Where the worker program is; throws Error when it is nowhere.
std::filesystem::path find_decode_worker();

}  // namespace foreview
