#pragma once

#include <torch/torch.h>

#include <algorithm>
#include <mutex>
#include <vector>

// Internal: needs torch; include it in .cpp files and in headers that need torch themselves.
namespace foreview {

/// Memory that goes from one pass to the next: asking the system for some 100 MB anew each time costs as much as the
/// arithmetic. A tensor is handed out again when nobody else holds it, or a view of it, any more.
class TensorPool {
 public:
  /// `patience`: for how many calls a tensor may lie idle when other sizes are asked for.
  explicit TensorPool(int64_t patience = 0) : patience_(patience) {}

  /// A tensor whose content is undefined.
  at::Tensor take(at::IntArrayRef sizes, const at::TensorOptions& options) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    const int64_t numbers = c10::multiply_integers(sizes);
    for (Kept& kept : kept_) {
      const at::Tensor& tensor = kept.tensor;
      if (!kept.is_free() || tensor.numel() != numbers || tensor.dtype() != options.dtype() ||
          tensor.device() != options.device())
        continue;
      kept.last_call = calls_;
      return tensor.view(sizes);
    }
    std::erase_if(kept_, [&](const Kept& kept) { return kept.is_free() && calls_ - kept.last_call > patience_; });
    kept_.push_back({at::empty({numbers}, options), calls_});
    return kept_.back().tensor.view(sizes);
  }

 private:
  struct Kept {
    at::Tensor tensor;  // [numbers]
    int64_t last_call;
    bool is_free() const { return tensor.storage().use_count() == 1; }
  };

  int64_t patience_, calls_ = 0;
  std::mutex mutex_;
  std::vector<Kept> kept_;
};

}  // namespace foreview
