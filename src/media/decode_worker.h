#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "media/tracks.h"

namespace foreview {

/// Result of one file; `ok` false: `reason` is one line a user understands and nothing was written.
struct DecodeOutcome {
  bool ok = false;
  std::string reason;
  bool has_frames = false, has_waveform = false;
  std::vector<std::string> notes;
};

/// Decodes files in the `foreview-worker` process, which can crash or hang without harm: one retry, then the reason.
/// One object a thread.
class DecodeWorker {
 public:
  /// Throws Error when the worker program is not found (beside this program, installed, or FOREVIEW_WORKER).
  DecodeWorker();
  ~DecodeWorker();

  /// Decodes `file` and writes its tracks to `output` (atomically, see tracks.h).
  DecodeOutcome decode(const std::filesystem::path& file, const SamplingOptions& options,
                       const std::filesystem::path& output);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Where the worker program is; throws Error when it is nowhere.
std::filesystem::path find_decode_worker();

}  // namespace foreview
