#pragma once

#include <filesystem>

#include "core/owned_descriptor.h"

// For the folders that keep a database.
namespace foreview {

/// A lock that ends with its holder, however that ends; a file beside the catalog carries it and is left there.
class ExclusiveLock {
 public:
  /// Throws Error naming `subject` when another process (or another part of this one) holds the lock.
  ExclusiveLock(const std::filesystem::path& lock_file, const std::filesystem::path& subject);

 private:
  OwnedDescriptor descriptor_;
};

}  // namespace foreview
