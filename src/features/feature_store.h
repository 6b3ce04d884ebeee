#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/timed_vectors.h"

namespace foreview {

/// features/<encoder>/<ab>/<content hash><extension>: immutable files whose name says what they were made from.
class FeatureStore {
 public:
  /// `folder` is the workspace's features/.
  explicit FeatureStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path path(const std::string& encoder, const std::string& content_hash,
                             const std::string& extension = ".safetensors") const;
  bool has(const std::string& encoder, const std::string& content_hash,
           const std::string& extension = ".safetensors") const;

  void save_vectors(const std::string& encoder, const std::string& content_hash, const TimedVectors& vectors) const;
  /// Absent when not there; a damaged file is removed and absent, so that it is made again.
  std::optional<TimedVectors> load_vectors(const std::string& encoder, const std::string& content_hash) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace foreview
