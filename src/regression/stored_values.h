#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/safetensors.h"
#include "regression/matrix.h"

// Numbers of fitted parts in a model folder's safetensors files (F64).
namespace foreview {

void store_vector(const std::string& name, const std::vector<double>& values, SafetensorsFile& into);
void store_matrix(const std::string& name, const Matrix& matrix, SafetensorsFile& into);

/// Throws Error naming file and tensor when missing, of another size or type, or not finite.
std::vector<double> restore_vector(const std::string& name, const SafetensorsFile& from,
                                   std::optional<size_t> size = std::nullopt);
Matrix restore_matrix(const std::string& name, const SafetensorsFile& from);
/// Throws Error when a size that must be `expected` is `got`.
void require_size(const std::string& name, size_t got, size_t expected, const SafetensorsFile& from);

}  // namespace foreview
