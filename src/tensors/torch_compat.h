#pragma once

#include <torch/torch.h>

#include <string>
#include <type_traits>

// The differences between LibTorch 1.13 and 2.x that this program meets. Internal: include it in .cpp files only.
namespace foreview {

/// The key under which an optimiser keeps a parameter's state: text in 1.13, an address in 2.x.
template <class Optimizer>
auto optimizer_state_key(Optimizer& optimizer, const at::Tensor& parameter) {
  using Key = typename std::decay_t<decltype(optimizer.state())>::key_type;
  auto* const address = parameter.unsafeGetTensorImpl();
  if constexpr (std::is_same_v<Key, std::string>) {
    return c10::guts::to_string(address);
  } else {
    return static_cast<Key>(address);
  }
}

}  // namespace foreview
