#pragma once

#include <string>

#include "tensors/tensor_file.h"

namespace torch::optim {
class AdamW;
}

namespace foreview {

/// AdamW's moments and step counts of every parameter, in parameter order, under `prefix`: with the weights they make
/// training go on bit for bit.
void add_optimizer_state(torch::optim::AdamW& optimizer, const std::string& prefix, NamedTensors& into);
void load_optimizer_state(torch::optim::AdamW& optimizer, const std::string& prefix, const NamedTensors& from,
                          const std::filesystem::path& file);

}  // namespace foreview
