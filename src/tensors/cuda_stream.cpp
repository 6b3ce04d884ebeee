#if defined(FOREVIEW_CUDA)

#include "tensors/cuda_stream.h"

#include <c10/cuda/CUDAStream.h>

namespace foreview {

void* current_cuda_stream() { return c10::cuda::getCurrentCUDAStream().stream(); }

}  // namespace foreview

#endif
