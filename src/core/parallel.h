#pragma once

#include <cstddef>
#include <functional>

namespace foreview {

/// Processors this process may use (affinity mask, at least 1).
int available_processors();

/// Calls work(index, worker) for every index in [0, count) from `workers` threads; each index once, in ascending order
/// of start. The first exception stops the handing out and is thrown after all threads have ended.
void for_each_parallel(size_t count, int workers, const std::function<void(size_t index, int worker)>& work);

}  // namespace foreview
