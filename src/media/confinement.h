#pragma once

namespace foreview {

/// Takes from this process for good what decoding does not need (Linux seccomp): opening or making files, the network,
/// starting programs and processes, memory that is both written and run. Reading and writing what is open already,
/// memory and threads stay. Forbidden calls end the process or fail with EPERM. False when the kernel refuses or this
/// is a sanitizer build; nothing has changed then.
bool confine_process();

/// Limits of this process that hold with or without seccomp: how much it may write (its shared memory), open files.
void limit_files();

}  // namespace foreview
