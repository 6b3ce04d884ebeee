#include "core/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "core/hash.h"
#include "core/owned_descriptor.h"
#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& what, int code, const std::string& advice) {
  throw Error({.file = file.string(), .problem = fmt::format("{}: {}", what, std::strerror(code)), .advice = advice});
}

constexpr const char* kWriteAdvice = "check the free space and the permissions of the folder";

void write_all(int descriptor, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(file, "cannot be written", errno, kWriteAdvice);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void make_parent(const fs::path& file) {
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (error) fail(file.parent_path(), "the folder cannot be made", error.value(), kWriteAdvice);
}

void flush_to_disk(const fs::path& path, int flags) {
  const OwnedDescriptor descriptor(::open(path.c_str(), flags | O_CLOEXEC));
  if (!descriptor) fail(path, "cannot be opened", errno, kWriteAdvice);
  // EINVAL: a file system without fsync for this kind of entry.
  if (::fsync(descriptor.get()) != 0 && errno != EINVAL) fail(path, "cannot be flushed to disk", errno, kWriteAdvice);
}

std::string this_host() {
  char name[256] = {};
  ::gethostname(name, sizeof(name) - 1);
  return fingerprint(name).substr(0, 8);
}

/// When a process began, in clock ticks since boot; empty when there is no such process. With the number it names one
/// process: numbers come again, in containers at once.
std::string start_of_process(const std::string& pid) {
  std::string text;
  try {
    text = read_file("/proc/" + pid + "/stat", 4096);
  } catch (const Error&) {
    return {};
  }
  const size_t name_end = text.rfind(')');  // the name in the 2nd field may hold blanks
  if (name_end == text.npos) return {};
  const std::vector<std::string> fields = split_text(std::string_view(text).substr(name_end + 1), ' ');
  constexpr size_t start_field = 20;  // field 22 of proc(5), counted from the blank after the 2nd
  return fields.size() > start_field ? fields[start_field] : std::string();
}

constexpr std::string_view kTemporaryPrefix = ".foreview-tmp-";

/// Whether the writer of a temporary file cannot come back: it ran here and is gone, or, of another host, the file has
/// not been touched for a day.
bool is_stale(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  if (!name.starts_with(kTemporaryPrefix)) return false;
  const std::vector<std::string> parts = split_text(std::string_view(name).substr(kTemporaryPrefix.size()), '-');
  if (parts.size() < 4) return false;
  const std::string &host = parts[0], &pid = parts[1], &start = parts[2];
  if (pid.empty() || pid.find_first_not_of("0123456789") != pid.npos) return false;
  if (host == this_host()) return start_of_process(pid) != start;
  std::error_code error;
  const auto written = entry.last_write_time(error);
  return !error && fs::file_time_type::clock::now() - written > std::chrono::hours(24);
}

}  // namespace

std::string read_file(const fs::path& file, size_t max_bytes) {
  const std::string advice = "check the name and its permissions";
  // Without O_NONBLOCK, opening a named pipe would wait for a writer that may never come.
  const OwnedDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor) fail(file, "cannot be read", errno, advice);
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) fail(file, "cannot be read", errno, advice);
  if (S_ISDIR(status.st_mode)) fail(file, "cannot be read", EISDIR, "name a file");
  if (!S_ISREG(status.st_mode)) throw Error({.file = file.string(), .problem = "is not a regular file"});
  std::string bytes;
  const auto check_size = [&](size_t size) {
    if (size > max_bytes)
      throw Error({.file = file.string(),
                   .problem = "is too large",
                   .expected = fmt::format("at most {} bytes", max_bytes),
                   .got = fmt::format("{} bytes or more", size)});
  };
  check_size(static_cast<size_t>(status.st_size));
  // The size is a hint only: files in /proc say 0, and a file may grow or shrink while it is read.
  bytes.resize(static_cast<size_t>(status.st_size) + 1);
  for (size_t used = 0;;) {
    const ssize_t got = ::read(descriptor.get(), bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(file, "cannot be read", errno, advice);
    used += static_cast<size_t>(got);
    check_size(used);
    if (got == 0) {
      bytes.resize(used);
      return bytes;
    }
    if (used == bytes.size()) bytes.resize(bytes.size() * 2 + 4096);
  }
}

void write_file_atomically(const fs::path& file, std::string_view bytes) {
  // Two threads may write the same name: the counter keeps their temporary files apart.
  static std::atomic<uint64_t> counter{0};
  make_parent(file);
  fs::path temporary = temporary_name(file);
  temporary.replace_filename(temporary.stem().string() + "-" + std::to_string(counter.fetch_add(1)) +
                             temporary.extension().string());
  try {
    {
      const OwnedDescriptor descriptor(
          ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666));
      if (!descriptor) fail(file, "cannot be written", errno, kWriteAdvice);
      write_all(descriptor.get(), bytes, file);
    }
    publish_file(temporary, file);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

fs::path temporary_name(const fs::path& file) {
  // Short whatever the name's length; the extension stays, since some writers choose their format by it.
  static const std::string host = this_host();
  const std::string pid = std::to_string(::getpid());
  return file.parent_path() / fmt::format("{}{}-{}-{}-{}{}", kTemporaryPrefix, host, pid, start_of_process(pid),
                                          fingerprint(file.filename().string()), file.extension().string());
}

void publish_file(const fs::path& temporary, const fs::path& file) {
  make_parent(file);
  flush_to_disk(temporary, O_RDONLY);
  if (::rename(temporary.c_str(), file.c_str()) != 0) fail(file, "cannot be put in place", errno, kWriteAdvice);
  flush_to_disk(file.has_parent_path() ? file.parent_path() : fs::path("."), O_RDONLY | O_DIRECTORY);
}

int remove_stale_temporaries(const fs::path& folder) {
  int removed = 0;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
  while (!error && entry != end) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored) && !entry->is_symlink(ignored) && is_stale(*entry))
      removed += fs::remove(entry->path(), ignored);
    entry.increment(error);
  }
  return removed;
}

}  // namespace foreview
