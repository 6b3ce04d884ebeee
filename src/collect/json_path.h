#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace foreview {

/// The values to which `path` leads in `root`. A path is a JSON pointer (RFC 6901) with two segments more: "*" is each
/// element of an array, "*=Word" each element in which a text is, or ends in, "Word" (as "https://schema.org/Word"
/// does). "" is the root itself.
std::vector<const nlohmann::json*> values_at(const nlohmann::json& root, std::string_view path);

/// The first object at any depth whose "@type" is `type`, or a list with it; null when there is none.
const nlohmann::json* find_typed_object(const nlohmann::json& root, std::string_view type);

}  // namespace foreview
