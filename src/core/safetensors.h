#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// The safetensors container (8-byte little-endian header length, JSON header, raw bytes), free of torch, so that the
// media worker and the report can use it. tensors/tensor_file.h turns entries into at::Tensor.
namespace foreview {

enum class DataType { u8, i8, i16, i32, i64, f16, bf16, f32, f64, boolean };

size_t bytes_of(DataType type);
/// "F32", "U8", ... as the format spells it.
std::string_view name_of(DataType type);

/// Bytes one tensor holds, row-major.
struct StoredTensor {
  DataType type = DataType::f32;
  std::vector<int64_t> shape;
  std::string bytes;

  int64_t count() const;
  /// Typed copy of U8, I32, I64, F32 or F64; throws Error naming `name` when the type is another one.
  template <class T>
  std::vector<T> values(const std::string& name = {}) const;
  template <class T>
  static StoredTensor from(std::vector<int64_t> shape, const T* values);
};

struct SafetensorsFile {
  std::map<std::string, StoredTensor> tensors;
  std::map<std::string, std::string> metadata;

  /// Throws Error naming file and tensor when it is not there.
  const StoredTensor& at(const std::string& name) const;
  std::filesystem::path file;  ///< where it was read from; for messages
};

/// Reads all. Checks the header length against the file's size, offsets for overlap and range, shapes against byte
/// counts; throws Error with expected and got.
SafetensorsFile read_safetensors(const std::filesystem::path& file);
/// Writes atomically; the same content gives the same bytes (names sorted).
void write_safetensors(const std::filesystem::path& file, const SafetensorsFile& content);
std::string serialize_safetensors(const SafetensorsFile& content);
/// `file` is only for messages.
SafetensorsFile parse_safetensors(std::string_view bytes, const std::filesystem::path& file);

}  // namespace foreview
