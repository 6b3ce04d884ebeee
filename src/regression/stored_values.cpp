#include "regression/stored_values.h"

#include <fmt/format.h>

#include <cmath>

#include "foreview/error.h"

namespace foreview {
namespace {

constexpr const char* copy_anew = "copy the model folder anew or train again";

std::vector<double> finite_values(const std::string& name, const StoredTensor& tensor, const SafetensorsFile& from) {
  if (tensor.type != DataType::f64)
    throw Error({.file = from.file.string(),
                 .problem = fmt::format("tensor {} has the wrong type", name),
                 .expected = "F64",
                 .got = std::string(name_of(tensor.type)),
                 .advice = copy_anew});
  std::vector<double> values = tensor.values<double>(name);
  for (double value : values)
    if (!std::isfinite(value))
      throw Error({.file = from.file.string(),
                   .problem = fmt::format("tensor {} holds a value that is no number", name),
                   .expected = "",
                   .got = "",
                   .advice = copy_anew});
  return values;
}

}  // namespace

void store_vector(const std::string& name, const std::vector<double>& values, SafetensorsFile& into) {
  into.tensors[name] = StoredTensor::from<double>({static_cast<int64_t>(values.size())}, values.data());
}

void store_matrix(const std::string& name, const Matrix& matrix, SafetensorsFile& into) {
  into.tensors[name] = StoredTensor::from<double>(
      {static_cast<int64_t>(matrix.rows), static_cast<int64_t>(matrix.cols)}, matrix.values.data());
}

void require_size(const std::string& name, size_t got, size_t expected, const SafetensorsFile& from) {
  if (got == expected) return;
  throw Error({.file = from.file.string(),
               .problem = fmt::format("tensor {} has the wrong size", name),
               .expected = std::to_string(expected),
               .got = std::to_string(got),
               .advice = copy_anew});
}

std::vector<double> restore_vector(const std::string& name, const SafetensorsFile& from, std::optional<size_t> size) {
  const StoredTensor& tensor = from.at(name);
  require_size(name + " (dimensions)", tensor.shape.size(), 1, from);
  std::vector<double> values = finite_values(name, tensor, from);
  if (size) require_size(name, values.size(), *size, from);
  return values;
}

Matrix restore_matrix(const std::string& name, const SafetensorsFile& from) {
  const StoredTensor& tensor = from.at(name);
  require_size(name + " (dimensions)", tensor.shape.size(), 2, from);
  Matrix matrix;
  matrix.rows = static_cast<size_t>(tensor.shape[0]);
  matrix.cols = static_cast<size_t>(tensor.shape[1]);
  matrix.values = finite_values(name, tensor, from);
  return matrix;
}

}  // namespace foreview
