#pragma once

#include <torch/torch.h>

namespace foreview {

/// While it lives, torch works on the calling thread alone. For work on many small tensors, where threads of one operator wait for each
/// other longer than they work: the caller runs several such pieces beside each other instead (core/parallel.h).
class OneTorchThread {
 public:
  OneTorchThread() : before_(at::get_num_threads()) { at::set_num_threads(1); }
  ~OneTorchThread() { at::set_num_threads(before_); }
  OneTorchThread(const OneTorchThread&) = delete;
  OneTorchThread& operator=(const OneTorchThread&) = delete;

 private:
  int before_;
};

}  // namespace foreview
