#pragma once

#include <fcntl.h>
#include <pty.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "core/owned_descriptor.h"

namespace foreview::testing {

/// Redirects stderr, to a pipe or to a terminal of its own, until taken back.
class CapturedStderr {
 public:
  enum class Kind { pipe, terminal };

  explicit CapturedStderr(Kind kind) : saved_(::dup(STDERR_FILENO)) {
    int ends[2];
    winsize size{.ws_row = 24, .ws_col = 60, .ws_xpixel = 0, .ws_ypixel = 0};
    const bool made =
        kind == Kind::pipe ? ::pipe(ends) == 0 : ::openpty(&ends[0], &ends[1], nullptr, nullptr, &size) == 0;
    if (!made) throw std::runtime_error("no pipe or terminal");
    read_end_.reset(ends[0]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    ::dup2(ends[1], STDERR_FILENO);
    write_end_.reset(ends[1]);
    ::setenv("TERM", "xterm", 1);
  }
  ~CapturedStderr() { ::dup2(saved_.get(), STDERR_FILENO); }

  /// What was written since the last call.
  std::string take() {
    std::string text;
    char buffer[4096];
    for (ssize_t got; (got = ::read(read_end_.get(), buffer, sizeof(buffer))) > 0;)
      text.append(buffer, static_cast<size_t>(got));
    return text;
  }

 private:
  OwnedDescriptor saved_, read_end_, write_end_;
};

}  // namespace foreview::testing
