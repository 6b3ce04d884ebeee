#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "foreview/error.h"

namespace foreview {

/// A temporary folder that goes away with this object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "foreview-XXXXXX").string();
    if (!mkdtemp(name.data()))
      throw Error({.file = name, .problem = "no temporary folder can be made", .advice = "free space or set TMPDIR"});
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace foreview
