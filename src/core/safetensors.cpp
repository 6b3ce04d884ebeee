#include "core/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <functional>
#include <utility>

#include "core/files.h"
#include "core/safetensors_header.h"
#include "foreview/error.h"

namespace foreview {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is little-endian, bytes are copied as they are");

template <class T>
constexpr DataType data_type_of();
template <>
constexpr DataType data_type_of<uint8_t>() {
  return DataType::u8;
}
template <>
constexpr DataType data_type_of<int32_t>() {
  return DataType::i32;
}
template <>
constexpr DataType data_type_of<int64_t>() {
  return DataType::i64;
}
template <>
constexpr DataType data_type_of<float>() {
  return DataType::f32;
}
template <>
constexpr DataType data_type_of<double>() {
  return DataType::f64;
}

size_t element_count(const std::vector<int64_t>& shape, const std::string& name) {
  size_t count = 0;
  if (!count_elements(shape, count))
    throw Error({.problem = fmt::format("tensor \"{}\" cannot have this shape", name),
                 .expected = "dimensions of 0 or more whose product fits 63 bits",
                 .got = shape_text(shape)});
  return count;
}

SafetensorsFile with_header(SafetensorsHeader header, const std::filesystem::path& file,
                            const std::function<std::string(size_t begin, size_t size)>& data) {
  SafetensorsFile content;
  content.file = file;
  content.metadata = std::move(header.metadata);
  for (const SafetensorsEntry& entry : header.entries)
    content.tensors.emplace(entry.name,
                            StoredTensor{entry.type, entry.shape, data(entry.begin, entry.end - entry.begin)});
  return content;
}

}  // namespace

int64_t StoredTensor::count() const { return static_cast<int64_t>(element_count(shape, "")); }

template <class T>
std::vector<T> StoredTensor::values(const std::string& name) const {
  if (type != data_type_of<T>())
    throw Error({.problem = fmt::format("tensor \"{}\" holds another type of number", name),
                 .expected = std::string(name_of(data_type_of<T>())),
                 .got = std::string(name_of(type))});
  const size_t wanted = element_count(shape, name);
  if (wanted != bytes.size() / sizeof(T) || bytes.size() % sizeof(T) != 0)
    throw Error({.problem = fmt::format("tensor \"{}\" does not hold what its shape says", name),
                 .expected = fmt::format("{} values", wanted),
                 .got = fmt::format("{} bytes", bytes.size())});
  std::vector<T> numbers(wanted);
  if (wanted > 0) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  return numbers;
}

template <class T>
StoredTensor StoredTensor::from(std::vector<int64_t> shape, const T* values) {
  StoredTensor tensor{data_type_of<T>(), std::move(shape), {}};
  const size_t count = element_count(tensor.shape, "");
  if (count > 0) tensor.bytes.assign(reinterpret_cast<const char*>(values), count * sizeof(T));
  return tensor;
}

template std::vector<uint8_t> StoredTensor::values(const std::string&) const;
template std::vector<int32_t> StoredTensor::values(const std::string&) const;
template std::vector<int64_t> StoredTensor::values(const std::string&) const;
template std::vector<float> StoredTensor::values(const std::string&) const;
template std::vector<double> StoredTensor::values(const std::string&) const;
template StoredTensor StoredTensor::from(std::vector<int64_t>, const uint8_t*);
template StoredTensor StoredTensor::from(std::vector<int64_t>, const int32_t*);
template StoredTensor StoredTensor::from(std::vector<int64_t>, const int64_t*);
template StoredTensor StoredTensor::from(std::vector<int64_t>, const float*);
template StoredTensor StoredTensor::from(std::vector<int64_t>, const double*);

const StoredTensor& SafetensorsFile::at(const std::string& name) const {
  const auto found = tensors.find(name);
  if (found == tensors.end())
    throw Error(
        {.file = file.string(), .problem = fmt::format("has no tensor \"{}\"", name), .advice = "make the file anew"});
  return found->second;
}

SafetensorsFile parse_safetensors(std::string_view bytes, const std::filesystem::path& file) {
  const size_t length = safetensors_header_length(bytes.substr(0, 8), bytes.size(), file);
  const std::string_view data = bytes.substr(8 + length);
  return with_header(parse_safetensors_header(bytes.substr(8, length), data.size(), file), file,
                     [&](size_t begin, size_t size) { return std::string(data.substr(begin, size)); });
}

SafetensorsFile read_safetensors(const std::filesystem::path& file) {
  std::error_code error;
  const bool regular = std::filesystem::is_regular_file(file, error);
  const uintmax_t file_size = regular ? std::filesystem::file_size(file, error) : 0;
  std::ifstream stream;
  if (regular && !error) stream.open(file, std::ios::binary);
  if (!stream.is_open())
    throw Error({.file = file.string(),
                 .problem = regular ? "cannot be read" : "is not there or not a file",
                 .advice = "check the name and its permissions"});
  // Piece by piece: the whole file beside its tensors would take twice the memory.
  const auto take = [&](size_t offset, size_t size) {
    std::string piece(size, '\0');
    stream.seekg(static_cast<std::streamoff>(offset));
    if (!stream.read(piece.data(), static_cast<std::streamsize>(size)))
      throw Error({.file = file.string(), .problem = "ended or failed while it was read", .advice = "try again"});
    return piece;
  };
  const size_t length = safetensors_header_length(take(0, std::min<uintmax_t>(8, file_size)), file_size, file);
  const size_t data_start = 8 + length;
  return with_header(parse_safetensors_header(take(8, length), file_size - data_start, file), file,
                     [&](size_t begin, size_t size) { return take(data_start + begin, size); });
}

std::string serialize_safetensors(const SafetensorsFile& content) {
  SafetensorsHeader header;
  header.metadata = content.metadata;
  // Wide numbers first, then by name: every tensor begins at a multiple of its number's size.
  for (const auto& [name, tensor] : content.tensors) {
    const size_t wanted = element_count(tensor.shape, name) * bytes_of(tensor.type);
    if (wanted != tensor.bytes.size())
      throw Error(
          {.file = content.file.string(),
           .problem = fmt::format("tensor \"{}\" does not hold what its shape {} says", name, shape_text(tensor.shape)),
           .expected = fmt::format("{} bytes", wanted),
           .got = fmt::format("{} bytes", tensor.bytes.size())});
    header.entries.push_back({name, tensor.type, tensor.shape, 0, 0});
  }
  std::stable_sort(header.entries.begin(), header.entries.end(),
                   [](const auto& a, const auto& b) { return bytes_of(a.type) > bytes_of(b.type); });
  size_t data_size = 0;
  for (SafetensorsEntry& entry : header.entries) {
    entry.begin = data_size;
    entry.end = data_size += content.tensors.at(entry.name).bytes.size();
  }
  std::string bytes = safetensors_header_bytes(header, content.file);
  bytes.reserve(bytes.size() + data_size);
  for (const SafetensorsEntry& entry : header.entries) bytes += content.tensors.at(entry.name).bytes;
  return bytes;
}

void write_safetensors(const std::filesystem::path& file, const SafetensorsFile& content) {
  write_file_atomically(file, serialize_safetensors(content));
}

}  // namespace foreview
