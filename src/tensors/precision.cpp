#include "tensors/precision.h"

#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/torch.h>

#include "foreview/error.h"

namespace foreview {
namespace {

bool gpu_has_bf16() {
  try {
    return at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8();
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

bool processor_has_bf16() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512bf16");  // processors with AMX have it too
#else
  return false;
#endif
}

Precision precision_from_name(const std::string& name) {
  if (name == "f32") return Precision::f32;
  if (name == "bf16") return Precision::bf16;
  throw Error({.problem = "no such precision", .expected = "f32 or bf16", .got = name}, ErrorKind::usage);
}

std::string precision_name(Precision precision) { return precision == Precision::bf16 ? "bf16" : "f32"; }

Precision resolve_precision(const std::string& choice, const Device& device) {
  if (choice == "auto") {
    const bool fast = device.is_cuda() ? gpu_has_bf16() : processor_has_bf16();
    return fast ? Precision::bf16 : Precision::f32;
  }
  if (choice != "f32" && choice != "bf16")
    throw Error({.problem = "no such precision", .expected = "auto, f32 or bf16", .got = choice}, ErrorKind::usage);
  return precision_from_name(choice);
}

}  // namespace foreview
