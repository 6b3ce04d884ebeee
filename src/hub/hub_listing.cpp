#include "hub/hub_listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <regex>

#include "core/json.h"
#include "foreview/error.h"

namespace foreview {
namespace {

bool hexadecimal(const std::string& text, size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

/// A path from the server may only name something below the snapshot's folder.
bool safe_path(const std::string& path) {
  if (path.empty() || path.size() > 500 || path.front() == '/' || path.back() == '/') return false;
  if (std::any_of(path.begin(), path.end(), [](unsigned char c) { return c < 32 || c == 127 || c == '\\'; }))
    return false;
  for (size_t start = 0; start <= path.size();) {
    const size_t end = std::min(path.find('/', start), path.size());
    const std::string part = path.substr(start, end - start);
    if (part.empty() || part == "." || part == "..") return false;
    start = end + 1;
  }
  return true;
}

bool wanted(const std::string& path) {
  if (path.starts_with("onnx/") || path.starts_with("openvino/")) return false;
  static const std::regex weights(R"((.*/)?model(-\d{5}-of-\d{5})?\.safetensors)");
  return path.ends_with(".json") || path.ends_with(".txt") || std::regex_match(path, weights);
}

[[noreturn]] void bad_listing(const std::string& url, const std::string& expected, const std::string& got) {
  throw Error({.file = url,
               .problem = "the server's list of files is wrong",
               .expected = expected,
               .got = got,
               .advice = "check HF_ENDPOINT"});
}

std::string text_member(const nlohmann::json& object, const char* name) {
  if (!object.is_object() || !object.contains(name) || !object[name].is_string()) return "";
  return object[name].get<std::string>();
}

HubFile read_file_entry(const nlohmann::json& entry, const std::string& path, const std::string& url) {
  HubFile file{.path = path};
  const bool lfs = entry.contains("lfs") && entry["lfs"].is_object();
  const nlohmann::json& source = lfs ? entry["lfs"] : entry;
  file.digest = text_member(source, lfs ? "sha256" : "blobId");
  if (!hexadecimal(file.digest, lfs ? 64 : 40)) bad_listing(url, "a checksum of " + path, "\"" + file.digest + "\"");
  if (!source.contains("size") || !source["size"].is_number_unsigned())
    bad_listing(url, "the size of " + path, source.contains("size") ? dump_json(source["size"]) : "none");
  file.size = source["size"].get<uint64_t>();
  return file;
}

}  // namespace

void check_model_id(const std::string& id) {
  static const std::regex form("([A-Za-z0-9_][A-Za-z0-9._-]*/)?[A-Za-z0-9_][A-Za-z0-9._-]*");
  if (id.size() > 200 || !std::regex_match(id, form) || id.find("--") != id.npos || id.find("..") != id.npos)
    throw Error({.problem = "not the name of a model",
                 .expected = "organisation/name",
                 .got = "\"" + id + "\"",
                 .advice = "for example openai/whisper-base"},
                ErrorKind::usage);
}

std::string escaped_path(const std::string& path) {
  std::string text;
  for (const unsigned char c : path)
    text += std::isalnum(c) || std::string_view("-._~/").find(static_cast<char>(c)) != std::string_view::npos
                ? std::string(1, static_cast<char>(c))
                : fmt::format("%{:02X}", c);
  return text;
}

void throw_hub_status(const HttpResponse& response, const std::string& url) {
  const int status = response.status;
  ErrorParts parts{.file = url, .got = fmt::format("HTTP status {}", status)};
  if (!response.failure.empty() || status == 0) {
    parts = {.file = url,
             .problem = "cannot be loaded: " + response.failure,
             .advice = "check the network and run it again: what came is kept"};
  } else if (status == 401 || status == 403) {
    parts.problem = "the hub refuses access: the model is private, gated, or does not exist";
    parts.advice = "check the name, or set HF_TOKEN to a token that may read it";
  } else if (status == 404) {
    parts.problem = "no such model, revision or file";
    parts.advice = "check the name and --revision";
  } else if (status == 429) {
    const std::string wait = response.header("retry-after");
    parts.problem = "the hub asks for fewer requests";
    parts.advice = wait.empty() ? "try again later" : "try again after " + wait + " s";
  } else {
    parts.problem = "the server fails";
    parts.advice = "try again later: what came is kept";
  }
  throw Error(parts);
}

HubListing list_hub_model(const HubSettings& settings, const std::string& id, const std::string& revision) {
  check_model_id(id);
  static const std::regex form("[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*");
  if (!std::regex_match(revision, form))
    throw Error({.problem = "not a revision",
                 .expected = "a branch, tag or commit",
                 .got = "\"" + revision + "\"",
                 .advice = "for example main"},
                ErrorKind::usage);
  const std::string escaped = std::regex_replace(revision, std::regex("/"), "%2F");
  const std::string url = fmt::format("{}/api/models/{}/revision/{}?blobs=true", settings.endpoint, id, escaped);
  const HttpResponse response = http_get({.url = url, .bearer_token = settings.token});
  if (response.status != 200 || !response.failure.empty()) throw_hub_status(response, url);
  const nlohmann::json answer = parse_json(response.body, url);
  HubListing listing{.commit = text_member(answer, "sha")};
  if (!hexadecimal(listing.commit, 40)) bad_listing(url, "a commit of 40 digits", "\"" + listing.commit + "\"");
  if (!answer.contains("siblings") || !answer["siblings"].is_array()) bad_listing(url, "a list of files", "none");
  bool weights = false;
  for (const nlohmann::json& entry : answer["siblings"]) {
    const std::string path = text_member(entry, "rfilename");
    if (!safe_path(path)) bad_listing(url, "paths inside the model's folder", dump_json(path));
    if (!wanted(path)) continue;
    listing.files.push_back(read_file_entry(entry, path, url));
    weights = weights || path.ends_with(".safetensors");
  }
  if (!weights)
    throw Error({.file = id,
                 .problem = "has no weights that foreview loads",
                 .expected = "safetensors files",
                 .advice = "take a revision or model that has them; pickled weights are never loaded"});
  return listing;
}

}  // namespace foreview
