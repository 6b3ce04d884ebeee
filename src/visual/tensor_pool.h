#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <mutex>
#include <vector>

// Internal: needs torch; include it in .cpp files and in headers that need torch themselves.
namespace foreview {

/// Memory that goes from one training step to the next: asking the system for some 100 MB anew each step costs as much as
/// the arithmetic. A tensor is handed out again when nobody else holds it, or a view of it, any more.
class TensorPool {
 public:
  /// A tensor whose content is undefined.
  at::Tensor take(at::IntArrayRef sizes, const at::TensorOptions& options) {
    const std::lock_guard lock(mutex_);
    const int64_t numbers = c10::multiply_integers(sizes);
    const auto is_free = [](const at::Tensor& tensor) { return tensor.storage().use_count() == 1; };
    for (const at::Tensor& tensor : kept_) {
      if (is_free(tensor) && tensor.numel() == numbers && tensor.dtype() == options.dtype() &&
          tensor.device() == options.device())
        return tensor.view(sizes);
    }
    std::erase_if(kept_, is_free);  // the sizes have changed: what is free would lie idle
    kept_.push_back(at::empty({numbers}, options));
    return kept_.back().view(sizes);
  }

 private:
  std::mutex mutex_;
  std::vector<at::Tensor> kept_;  // [numbers] each
};

}  // namespace foreview
