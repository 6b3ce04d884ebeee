#include "hub/hub_settings.h"

#include <cctype>
#include <cstdlib>

#include "core/files.h"

namespace foreview {
namespace {

constexpr const char* standard_endpoint = "https://huggingface.co";  // part of the hub's protocol

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string trimmed(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text;
}

}  // namespace

HubSettings hub_settings_from_environment() {
  HubSettings settings;
  settings.endpoint = variable("HF_ENDPOINT");
  if (settings.endpoint.empty()) settings.endpoint = standard_endpoint;
  while (settings.endpoint.ends_with('/')) settings.endpoint.pop_back();
  std::filesystem::path home = variable("HF_HOME");
  if (home.empty()) {
    const std::string cache = variable("XDG_CACHE_HOME");
    home = (cache.empty() ? std::filesystem::path(variable("HOME")) / ".cache" : std::filesystem::path(cache)) /
           "huggingface";
  }
  const std::string hub_cache = variable("HF_HUB_CACHE");
  settings.cache = hub_cache.empty() ? home / "hub" : std::filesystem::path(hub_cache);
  settings.token = variable("HF_TOKEN");
  std::error_code ignored;
  if (settings.token.empty() && std::filesystem::is_regular_file(home / "token", ignored))
    settings.token = read_file(home / "token", 1 << 16);
  settings.token = trimmed(settings.token);
  const std::string offline = variable("HF_HUB_OFFLINE");
  settings.offline = offline == "1" || offline == "true" || offline == "TRUE" || offline == "ON" || offline == "YES";
  return settings;
}

}  // namespace foreview
