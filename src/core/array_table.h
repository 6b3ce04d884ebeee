#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "core/flat_rows.h"

namespace foreview {

/// Named arrays for numpy, R and the like.
struct NamedArray {
  std::string name;
  std::vector<int64_t> shape;
  std::variant<std::vector<double>, std::vector<float>, std::vector<int32_t>, std::vector<std::string>>
      values;  // row-major
};
using ArrayTable = std::vector<NamedArray>;

/// One array a column: numbers as F64 with NaN for what a row lacks, anything else as texts.
ArrayTable array_table(const FlatRows& rows);

/// numpy's .npz (a zip of .npy files, format 1.0): texts as unicode arrays. Written under a temporary name, then
/// renamed. Throws Error when it cannot be written.
void write_npz(const std::filesystem::path& file, const ArrayTable& arrays);

/// The same as safetensors, which has no texts: those are JSON arrays in its metadata, under their names.
void write_safetensors_table(const std::filesystem::path& file, const ArrayTable& arrays);

}  // namespace foreview
