#include "tensors/recorded_work.h"

#include <algorithm>

#if defined(FOREVIEW_CUDA)
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "core/log.h"
#include "tensors/torch_errors.h"
#endif

namespace foreview {

#if defined(FOREVIEW_CUDA)

namespace {

constexpr int calls_before = 3;  // in which libraries choose their kernels and buffers find their places

void end_recording(at::cuda::CUDAGraph& graph) {
  try {
    graph.capture_end();
  } catch (const std::exception&) {
    // The recording was broken before; that it was is told by the first error.
  }
}

}  // namespace

struct RecordedWork::Recording {
  // Not the default stream: nothing can be recorded there.
  c10::cuda::CUDAStream stream = c10::cuda::getStreamFromPool();
  std::unique_ptr<at::cuda::CUDAGraph> graph;
  Tensors inputs, outputs;
  int calls = 0;

  bool fits(const Tensors& others) const {
    return std::ranges::equal(inputs, others, [](const at::Tensor& a, const at::Tensor& b) {
      return a.sizes() == b.sizes() && a.dtype() == b.dtype() && a.device() == b.device();
    });
  }

  Tensors run(const Work& work, const Tensors& given) const {
    torch::cuda::synchronize();
    Tensors result;
    {
      const c10::cuda::CUDAStreamGuard here(stream);
      result = work(given);
    }
    torch::cuda::synchronize();
    return result;
  }

  void record(const Work& work, const Tensors& given) {
    for (const at::Tensor& tensor : given) inputs.push_back(tensor.clone());
    auto recorded = std::make_unique<at::cuda::CUDAGraph>();
    torch::cuda::synchronize();
    const c10::cuda::CUDAStreamGuard here(stream);
    recorded->capture_begin();
    try {
      outputs = work(inputs);
    } catch (const std::exception&) {
      end_recording(*recorded);
      throw;
    }
    recorded->capture_end();
    graph = std::move(recorded);
  }

  Tensors replay(const Tensors& given) {
    for (size_t i = 0; i < given.size(); ++i) inputs[i].copy_(given[i]);
    graph->replay();
    return outputs;
  }
};

RecordedWork::Tensors RecordedWork::operator()(const Tensors& inputs) {
  if (!std::ranges::any_of(inputs, &at::Tensor::is_cuda)) return work_(inputs);
  if (!recording_) recording_ = std::make_unique<Recording>();
  if (recording_->calls++ == calls_before) {
    try {
      recording_->record(work_, inputs);
    } catch (const c10::Error& error) {
      warn_line(translate_torch_error(error, {}, "recording a step for the GPU").what() +
                std::string("; steps are started kernel by kernel, which is slower"));
    }
  }
  return recording_->graph && recording_->fits(inputs) ? recording_->replay(inputs) : recording_->run(work_, inputs);
}

#else

struct RecordedWork::Recording {};

RecordedWork::Tensors RecordedWork::operator()(const Tensors& inputs) { return work_(inputs); }

#endif

RecordedWork::RecordedWork(Work work) : work_(std::move(work)) {}
RecordedWork::~RecordedWork() = default;

void zero_gradients(const std::vector<at::Tensor>& parameters) {
  const at::NoGradGuard no_gradients;
  for (at::Tensor parameter : parameters)
    if (parameter.grad().defined()) parameter.mutable_grad().zero_();
}

}  // namespace foreview
