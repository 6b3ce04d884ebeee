#include "core/safetensors_header.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "core/json.h"
#include "foreview/error.h"

namespace foreview {
namespace {

struct TypeFacts {
  DataType type;
  std::string_view name;
  size_t bytes;
};

constexpr std::array<TypeFacts, 10> kTypes{{{DataType::u8, "U8", 1},
                                            {DataType::i8, "I8", 1},
                                            {DataType::i16, "I16", 2},
                                            {DataType::i32, "I32", 4},
                                            {DataType::i64, "I64", 8},
                                            {DataType::f16, "F16", 2},
                                            {DataType::bf16, "BF16", 2},
                                            {DataType::f32, "F32", 4},
                                            {DataType::f64, "F64", 8},
                                            {DataType::boolean, "BOOL", 1}}};

const TypeFacts& facts_of(DataType type) {
  return *std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeFacts& facts) { return facts.type == type; });
}

constexpr size_t kLargestHeader = 100'000'000;  // the format's own limit
constexpr std::string_view kMetadata = "__metadata__";

/// Throws for one file; `tensor` is named when known.
class Refusal {
 public:
  explicit Refusal(const std::filesystem::path& file) : file_(file.string()) {}
  [[noreturn]] void operator()(const std::string& problem, const std::string& expected = {},
                               const std::string& got = {}) const {
    throw Error({.file = file_,
                 .problem = "not a usable safetensors file: " + problem,
                 .expected = expected,
                 .got = got,
                 .advice = "fetch or make it anew"});
  }

 private:
  std::string file_;
};

std::string shown(const nlohmann::json& value) {
  std::string text = dump_json(value);
  return text.size() > 100 ? text.substr(0, 100) + "..." : text;
}

/// A list of whole numbers from 0 to 2^63-1; false otherwise.
bool read_sizes(const nlohmann::json& value, std::vector<int64_t>& sizes) {
  if (!value.is_array()) return false;
  for (const nlohmann::json& item : value) {
    if (!item.is_number_unsigned() || item.get<uint64_t>() > std::numeric_limits<int64_t>::max()) return false;
    sizes.push_back(static_cast<int64_t>(item.get<uint64_t>()));
  }
  return true;
}

DataType read_type(const nlohmann::json& value, const std::string& name, const Refusal& refuse) {
  if (value.is_string())
    for (const TypeFacts& facts : kTypes)
      if (facts.name == value.get_ref<const std::string&>()) return facts.type;
  std::vector<std::string_view> known;
  for (const TypeFacts& facts : kTypes) known.push_back(facts.name);
  refuse(fmt::format("tensor \"{}\" has an unknown dtype", name), fmt::format("{}", fmt::join(known, " ")),
         shown(value));
}

SafetensorsEntry read_entry(const std::string& name, const nlohmann::json& value, size_t data_size,
                            const Refusal& refuse) {
  if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") || !value.contains("data_offsets"))
    refuse(fmt::format("the entry of tensor \"{}\" is incomplete", name), "dtype, shape and data_offsets",
           shown(value));
  SafetensorsEntry entry{name, read_type(value["dtype"], name, refuse), {}, 0, 0};
  constexpr size_t most_dimensions = 64;  // more is nonsense, and tensor libraries fail on it
  size_t count = 0, bytes = 0;
  if (!read_sizes(value["shape"], entry.shape) || entry.shape.size() > most_dimensions ||
      !count_elements(entry.shape, count) || __builtin_mul_overflow(count, bytes_of(entry.type), &bytes))
    refuse(fmt::format("tensor \"{}\" has an impossible shape", name), "a list of sizes of 0 or more",
           shown(value["shape"]));
  std::vector<int64_t> offsets;
  if (!read_sizes(value["data_offsets"], offsets) || offsets.size() != 2 || offsets[0] > offsets[1] ||
      static_cast<size_t>(offsets[1]) > data_size)
    refuse(fmt::format("tensor \"{}\" lies outside the file", name),
           fmt::format("data_offsets from 0 to {}, ascending", data_size), shown(value["data_offsets"]));
  entry.begin = static_cast<size_t>(offsets[0]);
  entry.end = static_cast<size_t>(offsets[1]);
  if (entry.end - entry.begin != bytes)
    refuse(fmt::format("tensor \"{}\" of shape {} and type {} has another size", name, shape_text(entry.shape),
                       name_of(entry.type)),
           fmt::format("{} bytes", bytes), fmt::format("{} bytes", entry.end - entry.begin));
  return entry;
}

void check_cover(std::vector<SafetensorsEntry>& entries, size_t data_size, const Refusal& refuse) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  size_t covered = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != covered)
      refuse(fmt::format("tensor \"{}\" {}", entry.name,
                         entry.begin < covered ? "overlaps another one" : "leaves a gap before it"),
             fmt::format("to begin at byte {}", covered), fmt::format("byte {}", entry.begin));
    covered = entry.end;
  }
  if (covered != data_size)
    refuse("bytes that belong to no tensor at the end", fmt::format("{} bytes of data", covered),
           fmt::format("{} bytes", data_size));
}

}  // namespace

size_t bytes_of(DataType type) { return facts_of(type).bytes; }
std::string_view name_of(DataType type) { return facts_of(type).name; }

bool count_elements(const std::vector<int64_t>& shape, size_t& count) {
  // The product without zeros must fit, too: strides are made from it.
  int64_t product = 1;
  bool empty = false;
  for (const int64_t size : shape) {
    empty |= size == 0;
    if (size < 0 || (size > 0 && __builtin_mul_overflow(product, size, &product))) return false;
  }
  count = empty ? 0 : static_cast<size_t>(product);
  return true;
}

std::string shape_text(const std::vector<int64_t>& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

size_t safetensors_header_length(std::string_view first_bytes, size_t file_size, const std::filesystem::path& file) {
  const Refusal refuse(file);
  if (first_bytes.size() < 8)
    refuse("too short", "8 bytes of header length", fmt::format("{} bytes", first_bytes.size()));
  uint64_t length = 0;
  std::memcpy(&length, first_bytes.data(), sizeof(length));
  const uint64_t most = std::min<uint64_t>(file_size - 8, kLargestHeader);
  if (length < 2 || length > most)
    refuse("the header length is wrong", fmt::format("2 to {}", most), std::to_string(length));
  return static_cast<size_t>(length);
}

SafetensorsHeader parse_safetensors_header(std::string_view text, size_t data_size, const std::filesystem::path& file) {
  const Refusal refuse(file);
  const nlohmann::json json = parse_json(text, file, {.max_depth = 4, .unique_names = true});
  if (!json.is_object()) refuse("the header is not a JSON object", {}, shown(json));
  SafetensorsHeader header;
  for (const auto& [name, value] : json.items()) {
    if (name != kMetadata) {
      header.entries.push_back(read_entry(name, value, data_size, refuse));
      continue;
    }
    if (!value.is_object()) refuse("__metadata__ is not a JSON object", {}, shown(value));
    for (const auto& [key, entry] : value.items()) {
      if (!entry.is_string()) refuse(fmt::format("metadata \"{}\" is no text", key), "a string", shown(entry));
      header.metadata[key] = entry.get<std::string>();
    }
  }
  check_cover(header.entries, data_size, refuse);
  return header;
}

std::string safetensors_header_bytes(const SafetensorsHeader& header, const std::filesystem::path& file) {
  nlohmann::json json = nlohmann::json::object();
  if (!header.metadata.empty()) json[std::string(kMetadata)] = header.metadata;
  for (const SafetensorsEntry& entry : header.entries) {
    if (entry.name == kMetadata)
      throw Error({.file = file.string(), .problem = "a tensor may not be named __metadata__"});
    json[entry.name] = {
        {"dtype", name_of(entry.type)}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
  }
  std::string text;
  try {
    text = json.dump();
  } catch (const nlohmann::json::exception&) {
    throw Error({.file = file.string(), .problem = "a tensor's name or metadata is not valid UTF-8"});
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const uint64_t length = text.size();
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + text;
}

}  // namespace foreview
