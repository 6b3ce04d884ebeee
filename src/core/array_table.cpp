#include "core/array_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zip.h>

#include <cmath>
#include <limits>
#include <memory>
#include <set>

#include "core/files.h"
#include "core/json.h"
#include "core/safetensors.h"
#include "core/text.h"
#include "foreview/error.h"

namespace fs = std::filesystem;

namespace foreview {
namespace {

/// Code points of UTF-8; bytes that are none have been replaced before.
std::u32string code_points(const std::string& text) {
  std::u32string points;
  const std::string clean = clean_utf8(text);
  for (size_t i = 0; i < clean.size();) {
    const auto lead = static_cast<unsigned char>(clean[i]);
    const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t point = more == 0 ? lead : lead & (0x3F >> more);
    for (int k = 1; k <= more && i + static_cast<size_t>(k) < clean.size(); ++k)
      point = point << 6 | (static_cast<unsigned char>(clean[i + static_cast<size_t>(k)]) & 0x3F);
    points.push_back(point);
    i += static_cast<size_t>(more) + 1;
  }
  return points;
}

template <class T>
std::string bytes_of_values(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

struct Encoded {
  std::string type;  // numpy's name
  std::string bytes;
};

Encoded encode(const std::vector<double>& values) { return {"<f8", bytes_of_values(values)}; }
Encoded encode(const std::vector<float>& values) { return {"<f4", bytes_of_values(values)}; }
Encoded encode(const std::vector<int32_t>& values) { return {"<i4", bytes_of_values(values)}; }
Encoded encode(const std::vector<std::string>& values) {
  std::vector<std::u32string> texts;
  size_t longest = 1;
  for (const std::string& value : values) {
    texts.push_back(code_points(value));
    longest = std::max(longest, texts.back().size());
  }
  Encoded encoded{.type = fmt::format("<U{}", longest), .bytes = {}};
  for (std::u32string& text : texts) {
    text.resize(longest, U'\0');
    encoded.bytes.append(reinterpret_cast<const char*>(text.data()), text.size() * sizeof(char32_t));
  }
  return encoded;
}

/// numpy's format 1.0: magic, version, length of the header, header padded to 64 bytes, values.
std::string npy_bytes(const NamedArray& array) {
  const Encoded encoded = std::visit([](const auto& values) { return encode(values); }, array.values);
  const std::string shape = fmt::format("{}{}", fmt::join(array.shape, ", "), array.shape.size() == 1 ? "," : "");
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", encoded.type, shape);
  constexpr size_t before = 10, block = 64;
  header.append((block - (before + header.size() + 1) % block) % block, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes + header + encoded.bytes;
}

[[noreturn]] void cannot_write(const fs::path& file, const std::string& why) {
  throw Error(
      {.file = file.string(), .problem = "cannot be written: " + why, .advice = "check the folder and its space"});
}

struct DiscardZip {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

}  // namespace

ArrayTable array_table(const FlatRows& rows) {
  ArrayTable arrays;
  std::vector<std::string> columns;
  std::set<std::string> seen, texts;
  for (const auto& row : rows)
    for (const auto& [name, value] : row.items()) {
      if (seen.insert(name).second) columns.push_back(name);
      if (!value.is_number() && !value.is_null()) texts.insert(name);
    }
  const auto count = static_cast<int64_t>(rows.size());
  for (const std::string& name : columns) {
    NamedArray array{.name = name, .shape = {count}, .values = {}};
    if (texts.contains(name)) {
      std::vector<std::string> values;
      for (const auto& row : rows) {
        const auto value = row.find(name);
        const bool missing = value == row.end() || value->is_null();
        values.push_back(missing ? "" : value->is_string() ? value->get<std::string>() : value->dump());
      }
      array.values = std::move(values);
    } else {
      std::vector<double> values;
      for (const auto& row : rows) {
        const auto value = row.find(name);
        values.push_back(value != row.end() && value->is_number() ? value->get<double>()
                                                                  : std::numeric_limits<double>::quiet_NaN());
      }
      array.values = std::move(values);
    }
    arrays.push_back(std::move(array));
  }
  return arrays;
}

void write_npz(const fs::path& file, const ArrayTable& arrays) {
  const fs::path temporary = temporary_name(file);
  int code = 0;
  std::unique_ptr<zip_t, DiscardZip> archive(zip_open(temporary.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    cannot_write(file, why);
  }
  std::vector<std::string> members;  // the archive reads them when it is closed
  for (const NamedArray& array : arrays) members.push_back(npy_bytes(array));
  for (size_t i = 0; i < arrays.size(); ++i) {
    zip_source_t* source = zip_source_buffer(archive.get(), members[i].data(), members[i].size(), 0);
    const zip_int64_t index =
        source ? zip_file_add(archive.get(), (arrays[i].name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
    if (index < 0) {
      if (source) zip_source_free(source);
      cannot_write(file, zip_strerror(archive.get()));
    }
    zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_DEFLATE, 1);
    zip_file_set_mtime(archive.get(), static_cast<zip_uint64_t>(index), 315532800, 0);  // 1980: same data, same bytes
  }
  if (zip_close(archive.get()) != 0) cannot_write(file, zip_strerror(archive.get()));
  archive.release();  // closed
  publish_file(temporary, file);
}

void write_safetensors_table(const fs::path& file, const ArrayTable& arrays) {
  SafetensorsFile content;
  for (const NamedArray& array : arrays) {
    if (const auto* texts = std::get_if<std::vector<std::string>>(&array.values)) {
      content.metadata[array.name] = dump_json(*texts);
    } else if (const auto* doubles = std::get_if<std::vector<double>>(&array.values)) {
      content.tensors[array.name] = StoredTensor::from<double>(array.shape, doubles->data());
    } else if (const auto* floats = std::get_if<std::vector<float>>(&array.values)) {
      content.tensors[array.name] = StoredTensor::from<float>(array.shape, floats->data());
    } else {
      content.tensors[array.name] =
          StoredTensor::from<int32_t>(array.shape, std::get<std::vector<int32_t>>(array.values).data());
    }
  }
  write_safetensors(file, content);
}

}  // namespace foreview
