#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "core/owned_descriptor.h"

namespace foreview {

/// An opened regular file whose bytes are still unread. The process that decodes is given this and opens nothing
/// itself.
class MediaSource {
 public:
  /// Throws Error in a user's words: no such file, a folder, no permission, empty.
  static MediaSource open(const std::filesystem::path& file);
  /// `name` is for messages and for its extension. Throws Error when the descriptor is no regular file.
  MediaSource(OwnedDescriptor descriptor, std::string name);

  int descriptor() const { return descriptor_.get(); }
  const std::string& name() const { return name_; }
  /// Bytes at present; a file may still be growing.
  uint64_t size() const;
  /// Bytes read at `position`, fewer at the end of the file; 0 beyond it and on errors.
  size_t read_at(uint64_t position, std::span<uint8_t> to) const;

 private:
  OwnedDescriptor descriptor_;
  std::string name_;
};

}  // namespace foreview
