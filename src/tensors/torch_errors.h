#pragma once

#include <c10/util/Exception.h>

#include <filesystem>
#include <string>
#include <utility>

#include "foreview/error.h"

namespace foreview {

/// The Error a torch failure becomes at a folder's edge: its first line, no stack.
Error translate_torch_error(const c10::Error& error, const std::filesystem::path& file, const std::string& doing);

/// Runs work(); a failure inside torch leaves as foreview::Error that names `file` and what was being done.
template <class Work>
auto with_torch_errors(const std::filesystem::path& file, const std::string& doing, Work&& work) {
  try {
    return std::forward<Work>(work)();
  } catch (const c10::Error& error) {
    throw translate_torch_error(error, file, doing);
  }
}

}  // namespace foreview
