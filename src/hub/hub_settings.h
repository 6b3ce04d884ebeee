#pragma once

#include <filesystem>
#include <string>

namespace foreview {

/// Where the Hugging Face hub is and where its models are kept, by the variables that its other programs read.
struct HubSettings {
  std::string endpoint;         // HF_ENDPOINT, else the hub itself; no slash at the end
  std::filesystem::path cache;  // HF_HUB_CACHE, else HF_HOME/hub, else ~/.cache/huggingface/hub
  std::string token;            // HF_TOKEN, else the file HF_HOME/token; empty: anonymous
  bool offline = false;         // HF_HUB_OFFLINE
};

HubSettings hub_settings_from_environment();

}  // namespace foreview
