#pragma once

#include <string>

namespace foreview {

/// Where tensors live: "cpu" or "cuda". Free of torch, so that every folder may pass it on.
struct Device {
  std::string name = "cpu";
  bool is_cuda() const { return name == "cuda"; }
};

/// "auto" takes CUDA where LibTorch has it and a device answers, else the CPU. Throws Error{usage} for "cuda" without
/// one, and for unknown names.
Device resolve_device(const std::string& choice);
/// Threads for torch's own work from the machine's processors (torch may choose 1 by itself), and deterministic
/// algorithms on the CPU. Called once by the program.
void configure_torch(int threads);
/// One line for `doctor`: LibTorch version, devices, instruction set, whether bf16 is fast here.
std::string describe_torch();

}  // namespace foreview
