#pragma once

namespace foreview {

/// "0.1.0": the version of the program and of this library.
const char* version();

}  // namespace foreview
