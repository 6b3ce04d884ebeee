#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "hub/hub_settings.h"

namespace foreview {

/// A model in the cache: CACHE/models--ORGANISATION--NAME/{blobs,refs,snapshots}, as the hub's other programs keep it.
struct CachedModel {
  std::string id;
  std::filesystem::path folder;
  std::vector<std::filesystem::path> snapshots;  // folders to load from, one a commit
  uint64_t bytes = 0;                            // on disk, unfinished files included
};

/// Loads `revision` of `id` into the cache and gives the snapshot's folder. The snapshot appears once all its files are
/// there and have the right checksums. Throws Error, also when HF_HUB_OFFLINE is set.
std::filesystem::path pull_model(const HubSettings& settings, const std::string& id, const std::string& revision);

std::vector<CachedModel> list_cached_models(const HubSettings& settings);
/// Throws Error{usage} when the model is not in the cache.
CachedModel find_cached_model(const HubSettings& settings, const std::string& id);
/// Where a model that is named by path or id lies: the path when it is there, else the cached snapshot of that id (the
/// one that `main` was, when known), else `name` as it is.
std::filesystem::path model_location(const HubSettings& settings, const std::string& name);
/// The models whose config.json says `model_type`, each as `id` with the folder to load it from.
std::vector<std::pair<std::string, std::filesystem::path>> cached_models_of_type(const HubSettings& settings,
                                                                                 const std::string& model_type);
/// One line for each file of the model's snapshots that is missing or whose bytes do not fit its checksum.
std::vector<std::string> verify_cached_model(const CachedModel& model);
/// Removes the model's folder, and no other.
void remove_cached_model(const CachedModel& model);

}  // namespace foreview
