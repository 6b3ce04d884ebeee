#pragma once

#include <string>

#include "tensors/device.h"

namespace foreview {

/// "f32" is exact; "bf16" multiplies in bf16 and adds in f32: about twice as fast where the processor has it.
enum class Precision { f32, bf16 };

/// "f32" or "bf16". Throws Error{usage} for other names.
Precision precision_from_name(const std::string& name);
std::string precision_name(Precision precision);
/// "auto" takes bf16 where the device multiplies it fast (a processor with avx512_bf16 or AMX, a GPU from Ampere on),
/// else f32. Throws Error{usage} for unknown names.
Precision resolve_precision(const std::string& choice, const Device& device);
/// Whether this processor multiplies bf16 itself.
bool processor_has_bf16();

}  // namespace foreview
