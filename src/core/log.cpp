#include "core/log.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <mutex>

#include "core/console.h"
#include "core/json.h"
#include "core/owned_descriptor.h"
#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

struct LogFile {
  std::mutex mutex;
  OwnedDescriptor descriptor;
};

/// Never destroyed: threads may still log while the process ends.
LogFile& log_file() {
  static LogFile& file = *new LogFile;
  return file;
}

/// UTC, ISO 8601 with milliseconds.
std::string time_now() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, milliseconds % 1000);
}

void append(nlohmann::json entry, const char* level) {
  LogFile& file = log_file();
  const std::lock_guard lock(file.mutex);
  if (!file.descriptor) return;
  entry["time"] = time_now();
  entry["level"] = level;
  const std::string line = dump_json(entry) + "\n";
  // One write a line: with O_APPEND, lines of several processes stay whole.
  if (::write(file.descriptor.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    console_line(
        fmt::format("warning: the log file cannot be written: {}; nothing more is logged", std::strerror(errno)));
    file.descriptor.reset();
  }
}

}  // namespace

void info_line(const std::string& text) {
  console_line(clean_utf8(text));
  append({{"message", text}}, "info");
}

void warn_line(const std::string& text) {
  console_line("warning: " + clean_utf8(text));
  append({{"message", text}}, "warning");
}

void open_log_file(const std::filesystem::path& path) {
  std::error_code ignored;  // what goes wrong here shows in open()
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  OwnedDescriptor descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0666));
  if (!descriptor)
    throw Error({.file = path.string(),
                 .problem = fmt::format("the log cannot be opened: {}", std::strerror(errno)),
                 .advice = "check the permissions of the folder"});
  LogFile& file = log_file();
  const std::lock_guard lock(file.mutex);
  file.descriptor = std::move(descriptor);
}

void log_event(const std::string& event, const nlohmann::json& details) {
  nlohmann::json entry = details.is_object() ? details : nlohmann::json{{"details", details}};
  if (details.is_null()) entry = nlohmann::json::object();
  entry["event"] = event;
  append(std::move(entry), "info");
}

}  // namespace foreview
