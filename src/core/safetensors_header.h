#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/safetensors.h"

// The part of a safetensors file that must not be trusted: its length field and its JSON header.
//   bytes 0..7    header length N, unsigned, little-endian
//   bytes 8..8+N  {"__metadata__": {"key": "text"}, "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
//   the rest      the tensors' bytes, without gaps; offsets count from here
namespace foreview {

struct SafetensorsEntry {
  std::string name;
  DataType type;
  std::vector<int64_t> shape;
  size_t begin, end;  // bytes from the start of the data
};

struct SafetensorsHeader {
  std::map<std::string, std::string> metadata;
  std::vector<SafetensorsEntry> entries;
};

/// Number of elements of a shape; false when a dimension is negative or the product does not fit 63 bits.
bool count_elements(const std::vector<int64_t>& shape, size_t& count);
/// "[2, 3]"
std::string shape_text(const std::vector<int64_t>& shape);

/// The header length in the first 8 bytes, checked against the file's size and the format's limit of 100 MB.
size_t safetensors_header_length(std::string_view first_bytes, size_t file_size, const std::filesystem::path& file);
/// Checks everything: types, shapes against bytes, and that the tensors cover the data without gap or overlap.
SafetensorsHeader parse_safetensors_header(std::string_view json, size_t data_size, const std::filesystem::path& file);
/// Length field and header, padded with blanks so that the data starts at a multiple of 8.
std::string safetensors_header_bytes(const SafetensorsHeader& header, const std::filesystem::path& file);

}  // namespace foreview
