#include "dataset/json_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/json.h"
#include "dataset/tiktok_item.h"

namespace foreview {
namespace {

using nlohmann::json;
using Items = std::vector<std::pair<const json*, std::string>>;  // with a name for messages

constexpr std::string_view info_ending = ".info.json";

bool is_video(const json& item, const FieldNames& names) {
  return describes_video(item, names) || flat_tiktok_item(item);
}

/// Whether a document is itself one video. yt-dlp writes an info.json for playlists and channels, too.
bool is_one_video(const json& root, const std::filesystem::path& source) {
  const auto type = root.find("_type");
  if (type != root.end() && *type != "video") return false;
  return flat_tiktok_item(root) || (source.filename().string().ends_with(info_ending) && root.contains("id"));
}

/// Appends all elements when at least one is a video: the others are then told as faulty rows.
void add_array(const json& array, const FieldNames& names, Items& items) {
  const auto is_one = [&](const json& item) { return is_video(item, names); };
  if (!array.is_array() || std::none_of(array.begin(), array.end(), is_one)) return;
  for (size_t i = 0; i < array.size(); ++i) items.emplace_back(&array[i], fmt::format("element {}", i + 1));
}

Items items_in(const json& root, const std::filesystem::path& source, const FieldNames& names) {
  Items items;
  if (root.is_array()) add_array(root, names, items);
  if (!root.is_object()) return items;
  for (const char* place : {"/collector", "/data/videos", "/data", "/itemList", "/items", "/videos"})
    if (const json::json_pointer pointer(place); root.contains(pointer)) add_array(root[pointer], names, items);
  if (const auto module = root.find("ItemModule"); module != root.end() && module->is_object())
    for (const auto& [id, item] : module->items())
      if (is_video(item, names)) items.emplace_back(&item, fmt::format("item {}", in_quotes(id)));
  for (const char* place : {"/itemInfo", "/__DEFAULT_SCOPE__/webapp.video-detail/itemInfo"})
    if (const json::json_pointer pointer(place); root.contains(pointer) && is_video(root[pointer], names))
      items.emplace_back(&root[pointer], "its item");
  if (items.empty() && is_one_video(root, source)) items.emplace_back(&root, "the file");
  return items;
}

}  // namespace

void read_json_document(const json& root, const std::filesystem::path& source, const FieldNames& names, RowSink& rows,
                        ProblemList& problems) {
  const std::string name = source.filename().string();
  const Items items = items_in(root, source, names);
  if (!items.empty()) rows.recognise();
  for (const auto& [item, which] : items) {
    auto row = read_row(*item, source, shown(source), which, names, problems);
    if (!row) continue;
    if (items.size() == 1 && name.ends_with(info_ending))
      row->media_stem = name.substr(0, name.size() - info_ending.size());
    rows.add(std::move(*row));
  }
}

void read_saved_page(std::string_view html, const std::filesystem::path& source, const FieldNames& names, RowSink& rows,
                     ProblemList& problems) {
  for (const std::string_view id : {"id=\"SIGI_STATE\"", "id=\"__UNIVERSAL_DATA_FOR_REHYDRATION__\""}) {
    const size_t tag = html.find(id);
    if (tag == html.npos) continue;
    const size_t start = html.find('>', tag), end = html.find("</script", tag);
    if (start == html.npos || end == html.npos || end < start) continue;
    read_json_document(parse_json(html.substr(start + 1, end - start - 1), source), source, names, rows, problems);
  }
}

}  // namespace foreview
