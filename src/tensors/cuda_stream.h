#pragma once

// Torch-free, and there only in builds with CUDA (FOREVIEW_CUDA).
namespace foreview {

/// The stream (cudaStream_t) that the calling thread's torch operators go to.
void* current_cuda_stream();

}  // namespace foreview
