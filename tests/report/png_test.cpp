#include <gtest/gtest.h>
#include <png.h>

#include "foreview/error.h"
#include "report/html_report.h"

namespace foreview {
namespace {

TEST(Png, reads_back_pixel_for_pixel) {
  ReportPicture picture{3, 2, {}};
  for (int i = 0; i < 18; ++i) picture.pixels.push_back(static_cast<unsigned char>(13 * i));
  const std::string bytes = encode_png(picture);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  ASSERT_TRUE(png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()));
  EXPECT_EQ(image.width, 3u);
  EXPECT_EQ(image.height, 2u);
  image.format = PNG_FORMAT_RGB;
  std::vector<unsigned char> pixels(PNG_IMAGE_SIZE(image));
  ASSERT_TRUE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr));
  EXPECT_EQ(pixels, picture.pixels);
}

TEST(Png, a_picture_of_another_size_than_it_says_is_refused) {
  EXPECT_THROW(encode_png({3, 2, std::vector<unsigned char>(17)}), Error);
  EXPECT_THROW(encode_png({0, 2, {}}), Error);
  EXPECT_THROW(encode_png({-1, -2, std::vector<unsigned char>(6)}), Error);
  EXPECT_THROW(encode_png({1 << 30, 1 << 30, {}}), Error);
}

// The test vectors of RFC 4648, section 10.
TEST(Base64, writes_the_vectors_of_the_standard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

}  // namespace
}  // namespace foreview
