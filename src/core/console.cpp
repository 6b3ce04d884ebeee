#include "core/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <string_view>

namespace foreview {
namespace {

constexpr const char* kClearLine = "\r\x1b[K";

struct Bar {
  std::mutex mutex;
  const void* owner = nullptr;
  std::string text;
};

/// Never destroyed: threads may still print while the process ends.
Bar& active_bar() {
  static Bar& bar = *new Bar;
  return bar;
}

/// In one piece, so that lines of several processes do not mix; errors have nowhere to go.
void write_stderr(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

bool console_is_terminal() {
  const char* kind = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && kind && std::string_view(kind) != "dumb" && *kind;
}

int console_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void console_line(const std::string& text) {
  Bar& bar = active_bar();
  const std::lock_guard lock(bar.mutex);
  write_stderr(bar.owner ? kClearLine + text + "\n" + bar.text : text + "\n");
}

void console_show_bar(const void* owner, const std::string& text) {
  Bar& bar = active_bar();
  const std::lock_guard lock(bar.mutex);
  bar.owner = owner;
  bar.text = text;
  write_stderr(kClearLine + text);
}

void console_clear_bar(const void* owner) {
  Bar& bar = active_bar();
  const std::lock_guard lock(bar.mutex);
  if (bar.owner != owner) return;
  bar.owner = nullptr;
  write_stderr(kClearLine);
}

}  // namespace foreview
