#include "hub/model_cache.h"

#include <algorithm>

#include "core/files.h"
#include "core/interrupt.h"
#include "core/json.h"
#include "core/progress.h"
#include "foreview/error.h"
#include "hub/blob_download.h"
#include "hub/hub_listing.h"

namespace foreview {
namespace {

namespace fs = std::filesystem;
constexpr const char* prefix_of_models = "models--";

fs::path model_folder(const HubSettings& settings, const std::string& id) {
  std::string name = prefix_of_models + id;
  if (const size_t slash = name.find('/'); slash != name.npos) name.replace(slash, 1, "--");
  return settings.cache / name;
}

/// A relative link, so that the cache can be moved. Made under another name first: a reader sees the old one or the
/// new.
void link_blob(const fs::path& snapshot, const HubFile& file) {
  const fs::path link = snapshot / file.path;
  fs::create_directories(link.parent_path());
  fs::path target = "../../blobs/" + file.digest;
  for (const char c : file.path)
    if (c == '/') target = ".." / target;
  const fs::path made = temporary_name(link);
  fs::remove(made);
  fs::create_symlink(target, made);
  fs::rename(made, link);
}

CachedModel read_cached_model(const fs::path& folder) {
  std::string id = folder.filename().string().substr(std::string(prefix_of_models).size());
  if (const size_t mark = id.find("--"); mark != id.npos) id.replace(mark, 2, "/");
  CachedModel model{.id = id, .folder = folder};
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "snapshots", ignored))
    if (entry.is_directory(ignored)) model.snapshots.push_back(entry.path());
  std::sort(model.snapshots.begin(), model.snapshots.end());
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, ignored))
    if (entry.is_regular_file(ignored) && !entry.is_symlink(ignored)) model.bytes += entry.file_size(ignored);
  return model;
}

fs::path load_files(const HubSettings& settings, const std::string& id, const HubListing& listing) {
  const fs::path folder = model_folder(settings, id), snapshot = folder / "snapshots" / listing.commit;
  fs::create_directories(folder / "blobs");
  uint64_t total = 0;
  for (const HubFile& file : listing.files) total += file.size;
  Progress progress("pull " + id, total, "bytes");
  for (const HubFile& file : listing.files) {
    throw_if_interrupted();
    progress.set_detail(file.path);
    const std::string url = settings.endpoint + "/" + id + "/resolve/" + listing.commit + "/" + escaped_path(file.path);
    download_blob(settings, url, file, folder / "blobs", [&](size_t bytes) { progress.advance(bytes); });
  }
  progress.finish();
  for (const HubFile& file : listing.files) link_blob(snapshot, file);
  return snapshot;
}

}  // namespace

fs::path pull_model(const HubSettings& settings, const std::string& id, const std::string& revision) {
  check_model_id(id);
  if (settings.offline)
    throw Error(
        {.file = id, .problem = "cannot be loaded: HF_HUB_OFFLINE is set", .advice = "unset it to load from the hub"});
  const HubListing listing = list_hub_model(settings, id, revision);
  try {
    const fs::path snapshot = load_files(settings, id, listing);
    if (revision != listing.commit)
      write_file_atomically(model_folder(settings, id) / "refs" / revision, listing.commit);
    return snapshot;
  } catch (const fs::filesystem_error& error) {
    throw Error({.file = error.path1().string(),
                 .problem = "cannot be written: " + error.code().message(),
                 .advice = "check the cache folder, its permissions and free space"});
  }
}

std::vector<CachedModel> list_cached_models(const HubSettings& settings) {
  std::vector<CachedModel> models;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(settings.cache, ignored))
    if (entry.is_directory(ignored) && entry.path().filename().string().starts_with(prefix_of_models))
      models.push_back(read_cached_model(entry.path()));
  std::sort(models.begin(), models.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return models;
}

CachedModel find_cached_model(const HubSettings& settings, const std::string& id) {
  check_model_id(id);
  const fs::path folder = model_folder(settings, id);
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored))
    throw Error({.file = folder.string(),
                 .problem = "this model is not in the cache",
                 .advice = "see `foreview model list`, or load it with `foreview model pull " + id + "`"},
                ErrorKind::usage);
  return read_cached_model(folder);
}

fs::path model_location(const HubSettings& settings, const std::string& name) {
  std::error_code ignored;
  if (name.empty() || fs::exists(name, ignored) || std::ranges::count(name, '/') != 1) return name;
  const fs::path folder = model_folder(settings, name);
  if (!fs::is_directory(folder, ignored)) return name;
  const CachedModel model = find_cached_model(settings, name);
  if (fs::is_regular_file(folder / "refs/main", ignored)) {
    const fs::path snapshot = folder / "snapshots" / read_file(folder / "refs/main", 1 << 10);
    if (std::ranges::count(model.snapshots, snapshot) == 1) return snapshot;
  }
  return model.snapshots.empty() ? fs::path(name) : model.snapshots.back();
}

std::vector<std::pair<std::string, fs::path>> cached_models_of_type(const HubSettings& settings,
                                                                    const std::string& model_type) {
  std::vector<std::pair<std::string, fs::path>> models;
  for (const CachedModel& model : list_cached_models(settings)) {
    if (model.snapshots.empty()) continue;
    const fs::path folder = model_location(settings, model.id), config = folder / "config.json";
    try {
      const nlohmann::json json = parse_json(read_file(config, 1 << 20), config);
      if (json.is_object() && json.contains("model_type") && json["model_type"] == model_type)
        models.emplace_back(model.id, folder);
    } catch (const Error&) {
      // Another program's model, or an unfinished one: `foreview model verify` tells.
    }
  }
  return models;
}

std::vector<std::string> verify_cached_model(const CachedModel& model) {
  std::vector<std::string> problems;
  if (model.snapshots.empty()) problems.push_back(model.folder.string() + ": no finished snapshot");
  std::error_code ignored;
  for (const fs::path& snapshot : model.snapshots)
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(snapshot, ignored)) {
      throw_if_interrupted();
      if (!entry.is_symlink(ignored)) continue;
      const std::string expected = fs::read_symlink(entry.path()).filename().string();
      if (expected.size() != 64 && expected.size() != 40) continue;
      const std::string file = entry.path().string();
      if (!fs::is_regular_file(entry.path(), ignored))
        problems.push_back(file + ": missing");
      else if (const std::string got = blob_digest(entry.path(), expected.size()); got != expected)
        problems.push_back(file + ": wrong bytes (expected checksum " + expected + ", got " + got + ")");
    }
  return problems;
}

void remove_cached_model(const CachedModel& model) { fs::remove_all(model.folder); }

}  // namespace foreview
