#include "collect/media_check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "core/owned_descriptor.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr int most_boxes = 100000;

uint64_t big_endian(const uint8_t* bytes, int count) {
  uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

enum class Container { mp4, matroska, other };

Container container_of(const std::filesystem::path& file) {
  const OwnedDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 8> head{};
  if (!descriptor || ::pread(descriptor.get(), head.data(), head.size(), 0) != static_cast<ssize_t>(head.size()))
    return Container::other;
  const std::string_view bytes(head.data(), head.size());
  if (bytes.substr(4) == "ftyp") return Container::mp4;
  return bytes.starts_with("\x1A\x45\xDF\xA3") ? Container::matroska : Container::other;
}

}  // namespace

std::string fault_in_mp4_boxes(const std::filesystem::path& file) {
  const OwnedDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(file, error);
  if (!descriptor || error) return "it cannot be read";
  bool has_index = false, has_data = false;
  uint64_t at = 0;
  for (int boxes = 0; at < size; ++boxes) {
    std::array<uint8_t, 16> head{};
    const ssize_t got = ::pread(descriptor.get(), head.data(), head.size(), static_cast<off_t>(at));
    if (got < 8 || boxes > most_boxes) return fmt::format("it is cut off at {} bytes, in the head of a box", size);
    const std::string_view name(reinterpret_cast<const char*>(head.data()) + 4, 4);
    uint64_t length = big_endian(head.data(), 4);
    if (length == 1 && got == 16) length = big_endian(head.data() + 8, 8);
    if (length == 0) length = size - at;  // to the end of the file
    if (length < 8) return fmt::format("a box at {} has an impossible length", at);
    if (length > size - at)
      return fmt::format("it is cut off: a box at {} has {} bytes, {} are there", at, length, size - at);
    has_index |= name == "moov";
    has_data |= name == "mdat" || name == "moof";
    at += length;
  }
  if (!has_index) return "it has no index (moov)";
  return has_data ? std::string() : "it holds no pictures (mdat)";
}

std::string check_video_file(const std::filesystem::path& file, DecodeWorker& decoder) {
  const Container container = container_of(file);
  if (container == Container::other)
    throw Error({.problem = "is no video", .expected = "MP4 or WebM", .got = "other bytes"});
  if (container == Container::mp4)
    if (const std::string fault = fault_in_mp4_boxes(file); !fault.empty())
      throw Error({.problem = "is no whole video: " + fault});
  const MediaFacts facts = decoder.probe(file, {});
  const auto is_picture = [](const MediaFacts::Stream& stream) { return stream.kind == "video" && stream.used; };
  if (std::none_of(facts.streams.begin(), facts.streams.end(), is_picture))
    throw Error({.problem = "holds no video track that can be decoded"});
  return container == Container::mp4 ? "mp4" : "webm";
}

}  // namespace foreview
