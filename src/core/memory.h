#pragma once

namespace foreview {

/// Tells the C library to keep what is freed for the next request. By default it asks the system for each block above 32 MB anew, and
/// a page that is touched for the first time costs as much as some thousand multiplications: a third of a training step. The
/// price: the process stays as large as it once was. For programs; a library leaves its host's allocator alone. Does nothing
/// where the C library is not glibc.
void keep_freed_memory();

}  // namespace foreview
