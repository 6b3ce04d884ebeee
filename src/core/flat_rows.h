#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace foreview {

/// Rows for other tools: flat JSON objects whose members keep their order.
using FlatRows = std::vector<nlohmann::ordered_json>;

/// One object a line.
std::string to_jsonl(const FlatRows& rows);
/// RFC 4180 with a header; the columns are those of all rows, in the order they are first met. What a row lacks, and
/// null, is empty.
std::string to_csv(const FlatRows& rows);

}  // namespace foreview
