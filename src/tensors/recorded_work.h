#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <vector>

// Internal: needs torch; include it in .cpp files only.
namespace foreview {

/// The same work again and again on tensors of the same shapes, a training step's forward and backward pass say. On a
/// CUDA device its kernels are recorded after some calls and from then on started together (a CUDA graph): small
/// kernels take less time than starting them one by one. Elsewhere, and on other shapes, it is just called.
///
/// Work may not wait for the device (item(), cpu()) nor hand over tensors but by its inputs, its outputs and what it
/// changes in place; of its code only what runs on the device happens in every call. Gradients must stay where they
/// are: see zero_gradients.
class RecordedWork {
 public:
  using Tensors = std::vector<at::Tensor>;
  using Work = std::function<Tensors(const Tensors& inputs)>;

  explicit RecordedWork(Work work);
  ~RecordedWork();
  RecordedWork(const RecordedWork&) = delete;
  RecordedWork& operator=(const RecordedWork&) = delete;

  /// What the work returns. The next call may overwrite it.
  Tensors operator()(const Tensors& inputs);

 private:
  struct Recording;
  Work work_;
  std::unique_ptr<Recording> recording_;
};

/// Sets what gradients there are to zero in place, for any version of LibTorch (an optimiser's zero_grad drops them in
/// 2.x).
void zero_gradients(const std::vector<at::Tensor>& parameters);

}  // namespace foreview
