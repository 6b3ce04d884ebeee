#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "dataset/metadata_row.h"

// Internal to this folder: whole JSON documents that describe videos.
namespace foreview {

/// Videos of one JSON document: an array of them (the original scraper's, a page's items), an object that holds such an
/// array (`collector`, `data.videos`, `itemList`, ...), a page's state (`ItemModule`, `itemInfo.itemStruct`), or one
/// video (yt-dlp's `.info.json`, whose media has the same name).
void read_json_document(const nlohmann::json& root, const std::filesystem::path& source, const FieldNames& names,
                        RowSink& rows, ProblemList& problems);

/// The same for the state that a saved TikTok page carries: its script SIGI_STATE or
/// __UNIVERSAL_DATA_FOR_REHYDRATION__. A page without one describes no videos. Throws Error for a broken state.
void read_saved_page(std::string_view html, const std::filesystem::path& source, const FieldNames& names, RowSink& rows,
                     ProblemList& problems);

}  // namespace foreview
