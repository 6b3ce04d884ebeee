#include "media/media_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "foreview/error.h"

namespace foreview {

MediaSource MediaSource::open(const std::filesystem::path& file) {
  // Without O_NONBLOCK a named pipe would wait for a writer.
  OwnedDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!descriptor) {
    const int code = errno;
    if (code == ENOENT || code == ENOTDIR) throw Error({.file = file.string(), .problem = "there is no such file"});
    if (code == EACCES || code == EPERM)
      throw Error({.file = file.string(), .problem = "the file cannot be read", .advice = "check its permissions"});
    throw Error({.file = file.string(), .problem = std::string("the file cannot be opened: ") + std::strerror(code)});
  }
  MediaSource source(std::move(descriptor), file.string());
  if (source.size() == 0)
    throw Error({.file = file.string(), .problem = "the file is empty", .advice = "download or export it again"});
  return source;
}

MediaSource::MediaSource(OwnedDescriptor descriptor, std::string name)
    : descriptor_(std::move(descriptor)), name_(std::move(name)) {
  struct stat status {};
  if (::fstat(descriptor_.get(), &status) != 0 || !S_ISREG(status.st_mode))
    throw Error({.file = name_, .problem = "not a file (a folder or a device)"});
}

uint64_t MediaSource::size() const {
  struct stat status {};
  return ::fstat(descriptor_.get(), &status) == 0 && status.st_size > 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

size_t MediaSource::read_at(uint64_t position, std::span<uint8_t> to) const {
  size_t got = 0;
  while (got < to.size()) {
    const ssize_t bytes =
        ::pread(descriptor_.get(), to.data() + got, to.size() - got, static_cast<off_t>(position + got));
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) break;
    got += static_cast<size_t>(bytes);
  }
  return got;
}

}  // namespace foreview
