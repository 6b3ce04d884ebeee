#include "tensors/device.h"

#include <fmt/format.h>
#include <torch/torch.h>

#include <string>

#include "core/parallel.h"
#include "foreview/error.h"
#include "tensors/precision.h"

namespace foreview {
namespace {

// CUDA counts as present only when a small computation comes back right.
bool cuda_answers() {
  try {
    return torch::cuda::is_available() && at::ones({2}, at::Device(at::kCUDA)).sum().item<double>() == 2.0;
  } catch (const std::exception&) {
    return false;
  }
}

std::string instruction_set() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return "AVX-512";
  if (__builtin_cpu_supports("avx2")) return "AVX2";
  return "SSE";
#else
  return "default";
#endif
}

}  // namespace

Device resolve_device(const std::string& choice) {
  if (choice == "cpu") return {"cpu"};
  if (choice == "auto") return {cuda_answers() ? "cuda" : "cpu"};
  if (choice == "cuda") {
    if (cuda_answers()) return {"cuda"};
    throw Error({.problem = "no CUDA device answers",
                 .expected = "a LibTorch built with CUDA, its driver and a GPU",
                 .got = std::string("LibTorch ") + TORCH_VERSION,
                 .advice = "use --device cpu or --device auto"},
                ErrorKind::usage);
  }
  throw Error(
      {.problem = "unknown device \"" + choice + "\"", .expected = "auto, cpu or cuda", .advice = "choose one of them"},
      ErrorKind::usage);
}

void configure_torch(int threads) {
  at::set_num_threads(threads > 0 ? threads : available_processors());
  try {
    at::set_num_interop_threads(1);
  } catch (const std::exception&) {
    // Only the first call of a process may set it; a later one changes nothing.
  }
  // Operators without a deterministic form only warn: those are CUDA's, and the CPU is where results must repeat.
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
  at::globalContext().setBenchmarkCuDNN(false);
}

std::string describe_torch() {
  const std::string text = fmt::format(
      "LibTorch {}, CPU {} with {} thread{}, bf16 {}, so auto precision is {}", TORCH_VERSION, instruction_set(),
      at::get_num_threads(), at::get_num_threads() == 1 ? "" : "s", processor_has_bf16() ? "fast" : "slow (emulated)",
      precision_name(resolve_precision("auto", {"cpu"})));
  if (cuda_answers()) return fmt::format("{}, CUDA with {} device(s)", text, torch::cuda::device_count());
  return text + (torch::hasCUDA() ? ", CUDA built in but no device answers" : ", no CUDA");
}

}  // namespace foreview
