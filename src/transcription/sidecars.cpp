#include "transcription/sidecars.h"

#include <algorithm>
#include <array>

#include "core/files.h"
#include "core/text.h"
#include "foreview/error.h"
#include "transcription/subtitles.h"

namespace foreview {
namespace {

constexpr std::array<std::string_view, 4> endings = {".srt", ".vtt", ".json3", ".whisper.json"};

/// "en", "pt-BR", "en-orig": what yt-dlp puts before the ending.
bool is_language(std::string_view text) {
  return text.size() >= 2 && text.size() <= 12 && text.find('.') == std::string_view::npos;
}

std::optional<Transcript> from_fields(const Record& record) {
  for (const char* field : {"transcript", "voice_to_text"}) {
    const std::string text = clean_utf8(record.text(field));
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) continue;
    const auto duration = record.number("duration");
    return Transcript{.source = "sidecar", .language = "", .segments = {{text, 0, duration ? duration->value : 0}}};
  }
  return std::nullopt;
}

}  // namespace

const std::vector<std::string>& Sidecars::names_in(const std::filesystem::path& folder) {
  const auto found = listed_.find(folder);
  if (found != listed_.end()) return found->second;
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.ends_with(".srt") || name.ends_with(".vtt") || name.ends_with(".json3") || name.ends_with(".json"))
      names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return listed_[folder] = std::move(names);
}

std::vector<std::filesystem::path> Sidecars::candidates(const std::filesystem::path& media) {
  const std::filesystem::path folder = media.parent_path();
  const std::string stem = media.stem().string();
  const std::vector<std::string>& names = names_in(folder.empty() ? "." : folder);
  std::vector<std::filesystem::path> found;
  const auto there = [&](const std::string& name) { return std::binary_search(names.begin(), names.end(), name); };
  for (const std::string_view ending : endings)
    if (there(stem + std::string(ending))) found.push_back(folder / (stem + std::string(ending)));
  for (const std::string_view ending : endings)
    for (auto name = std::lower_bound(names.begin(), names.end(), stem + ".");
         name != names.end() && name->starts_with(stem + "."); ++name)
      if (name->ends_with(ending) && name->size() > stem.size() + 1 + ending.size() &&
          is_language(std::string_view(*name).substr(stem.size() + 1, name->size() - stem.size() - 1 - ending.size())))
        found.push_back(folder / *name);
  // yt-dlp and others keep metadata under this name, too.
  if (there(stem + ".json") && read_file(folder / (stem + ".json")).find("\"segments\"") != std::string::npos)
    found.push_back(folder / (stem + ".json"));
  return found;
}

std::optional<Transcript> Sidecars::find(const Record& record, std::string* problem) {
  if (!record.file.empty())
    for (const std::filesystem::path& file : candidates(record.file)) {
      try {
        return read_subtitles(file);
      } catch (const Error& error) {
        if (problem) *problem = error.what();
      }
    }
  return from_fields(record);
}

}  // namespace foreview
