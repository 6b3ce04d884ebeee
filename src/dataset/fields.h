#pragma once

#include <string>
#include <string_view>

// Internal to this folder: what is known of metadata fields by their names.
namespace foreview {

/// The name a field is kept under: "views" is view_count, "url" webpage_url, "caption" description.
std::string canonical_field(std::string_view name);
/// Fields that are text whatever they look like: "2024" as a caption is no number.
bool is_text_field(std::string_view name);
/// Fields that hold a count: text in them must be one.
bool is_count_field(std::string_view name);

}  // namespace foreview
