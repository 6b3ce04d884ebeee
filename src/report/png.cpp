#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <cstdint>

#include "foreview/error.h"
#include "report/html_report.h"

namespace foreview {
namespace {

constexpr int kMostPixels = 1 << 15;  // along a side; a report shows small pictures

void check_picture(const ReportPicture& picture) {
  const bool sized =
      picture.width > 0 && picture.height > 0 && picture.width <= kMostPixels && picture.height <= kMostPixels;
  const size_t expected =
      sized ? size_t{3} * static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height) : 0;
  if (sized && picture.pixels.size() == expected) return;
  throw Error({.file = "",
               .problem = "a picture for the report does not hold what its size says",
               .expected = sized ? fmt::format("{} bytes for {}x{} RGB", expected, picture.width, picture.height)
                                 : fmt::format("sides of 1 to {} pixels", kMostPixels),
               .got = fmt::format("{} bytes, {}x{}", picture.pixels.size(), picture.width, picture.height),
               .advice = "prepare the video again"});
}

Error png_error(const png_image& image) {
  return Error({.file = "", .problem = std::string("libpng could not write a picture: ") + image.message});
}

}  // namespace

std::string encode_png(const ReportPicture& picture) {
  check_picture(picture);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width);
  image.height = static_cast<png_uint_32>(picture.height);
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string bytes(size, '\0');
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.pixels.data(), 0, nullptr))
    throw png_error(image);
  bytes.resize(size);
  return bytes;
}

// RFC 4648, section 4.
std::string base64(const std::string& bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? static_cast<uint8_t>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k) text += k <= count ? kAlphabet[group >> (18 - 6 * k) & 63u] : '=';
  }
  return text;
}

}  // namespace foreview
