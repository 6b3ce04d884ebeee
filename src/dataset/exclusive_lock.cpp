#include "dataset/exclusive_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

std::string holder_of(int descriptor) {
  char text[32] = {};
  const ssize_t got = ::pread(descriptor, text, sizeof text - 1, 0);
  return got > 0 ? fmt::format("process {}", clean_utf8(text)) : std::string();
}

void write_holder(int descriptor) {
  const std::string pid = std::to_string(::getpid());
  // Only for the message above: the lock holds without it.
  if (::ftruncate(descriptor, 0) == 0 && ::pwrite(descriptor, pid.data(), pid.size(), 0) < 0) return;
}

}  // namespace

ExclusiveLock::ExclusiveLock(const std::filesystem::path& lock_file, const std::filesystem::path& subject)
    : descriptor_(::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666)) {
  if (!descriptor_)
    throw Error({.file = lock_file.string(),
                 .problem = fmt::format("cannot be opened: {}", std::strerror(errno)),
                 .advice = "check that the workspace exists and can be written to"});
  if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) == 0) {
    write_holder(descriptor_.get());
    return;
  }
  if (errno == EWOULDBLOCK)
    throw Error({.file = subject.string(),
                 .problem = "in use by another run",
                 .got = holder_of(descriptor_.get()),
                 .advice = "wait until it has ended or name another --work folder"});
  throw Error({.file = lock_file.string(),
               .problem = fmt::format("cannot be locked: {}", std::strerror(errno)),
               .advice = "put the workspace on a file system with locks"});
}

}  // namespace foreview
