#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/owned_descriptor.h"

namespace foreview {

/// A running child with pipes to its stdin and from its stdout.
struct ChildProcess {
  pid_t pid = -1;
  OwnedDescriptor input;   // write end; a socket, so that writing to a dead child gives EPIPE and no signal
  OwnedDescriptor output;  // read end
};

/// Starts `command` (looked up in PATH) in a process group of its own, so that Ctrl-C on the terminal reaches the
/// parent alone; it is killed when this process dies. Other descriptors than 0, 1 and 2 are not passed on. memory_bytes
/// limits its address space; 0 is no limit. Throws Error when it cannot be started.
ChildProcess start_child(const std::vector<std::string>& command, size_t memory_bytes);

}  // namespace foreview
