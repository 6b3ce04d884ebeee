#include "tensors/torch_errors.h"

#include "core/text.h"

namespace foreview {

Error translate_torch_error(const c10::Error& error, const std::filesystem::path& file, const std::string& doing) {
  std::string reason = error.what_without_backtrace();
  reason = clean_utf8(reason.substr(0, reason.find('\n')));
  const bool out_of_memory =
      reason.find("out of memory") != std::string::npos || reason.find("can't allocate memory") != std::string::npos;
  return Error({.file = file.string(),
                .problem = doing + " failed: " + reason,
                .advice = out_of_memory ? "use smaller batches, or a machine with more memory" : ""});
}

}  // namespace foreview
