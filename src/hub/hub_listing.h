#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/hub_settings.h"
#include "net/http_client.h"

namespace foreview {

/// One file of a model on the hub.
struct HubFile {
  std::string path;    // inside the model's folder; checked: relative, without "." and ".."
  std::string digest;  // 64 digits: SHA-256 of the bytes; 40 digits: git's SHA-1 of a blob
  uint64_t size = 0;   // bytes
};

struct HubListing {
  std::string commit;          // 40 hexadecimal digits
  std::vector<HubFile> files;  // those a Whisper or sentence-transformers folder needs; never pickled weights
};

/// Asks the hub what `revision` of model `id` holds. Throws Error for what the server refuses or says wrongly.
HubListing list_hub_model(const HubSettings& settings, const std::string& id, const std::string& revision);
/// Throws Error{usage} unless `id` is "organisation/name" or "name".
void check_model_id(const std::string& id);
/// `path` for an address: what is not plain becomes %XX.
std::string escaped_path(const std::string& path);
/// The status as an Error that says what to do.
[[noreturn]] void throw_hub_status(const HttpResponse& response, const std::string& url);

}  // namespace foreview
