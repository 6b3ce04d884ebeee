#include "core/array_table.h"

#include <gtest/gtest.h>
#include <zip.h>

#include <cmath>
#include <cstring>

#include "core/files.h"
#include "core/safetensors.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

std::string member(const std::filesystem::path& file, const char* name) {
  int code = 0;
  zip_t* archive = zip_open(file.c_str(), ZIP_RDONLY, &code);
  if (!archive) return "no archive";
  std::string bytes(4096, '\0');
  if (zip_file_t* content = zip_fopen(archive, name, 0)) {
    bytes.resize(static_cast<size_t>(zip_fread(content, bytes.data(), bytes.size())));
    zip_fclose(content);
  } else {
    bytes = "no member";
  }
  zip_discard(archive);
  return bytes;
}

const FlatRows rows = {{{"id", "a"}, {"views", 5}, {"note", "\xC3\xA9\xF0\x9F\x98\x82"}},
                       {{"id", "bcd"}, {"views", nullptr}, {"ratio", 0.5}}};

TEST(ArrayTable, OneArrayAColumn) {
  const ArrayTable arrays = array_table(rows);
  ASSERT_EQ(arrays.size(), 4u);
  EXPECT_EQ(std::get<std::vector<std::string>>(arrays[0].values), (std::vector<std::string>{"a", "bcd"}));
  EXPECT_EQ(std::get<std::vector<double>>(arrays[1].values)[0], 5);
  EXPECT_TRUE(std::isnan(std::get<std::vector<double>>(arrays[1].values)[1]));
  EXPECT_EQ(arrays[3].name, "ratio");
}

TEST(ArrayTable, NpzIsWhatNumpyReads) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "t.npz";
  write_npz(file, array_table(rows));
  const std::string views = member(file, "views.npy"), note = member(file, "note.npy");
  EXPECT_EQ(views.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const size_t header = static_cast<unsigned char>(views[8]) + 256U * static_cast<unsigned char>(views[9]);
  EXPECT_EQ((10 + header) % 64, 0u);
  EXPECT_EQ(views.size(), 10 + header + 2 * sizeof(double));
  EXPECT_NE(views.find("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"), std::string::npos);
  double first = 0;
  std::memcpy(&first, views.data() + 10 + header, sizeof first);
  EXPECT_EQ(first, 5);
  EXPECT_NE(note.find("'<U2'"), std::string::npos);
  EXPECT_EQ(note.substr(note.size() - 16, 8), std::string("\xE9\0\0\0\x02\xF6\x01\0", 8));
  const std::string bytes = read_file(file);
  write_npz(file, array_table(rows));
  EXPECT_EQ(read_file(file), bytes);
  EXPECT_THROW(write_npz(folder.path() / "nowhere" / "t.npz", array_table(rows)), Error);
}

TEST(ArrayTable, SafetensorsKeepTextsAsMetadata) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "t.safetensors";
  write_safetensors_table(file, array_table(rows));
  const SafetensorsFile stored = read_safetensors(file);
  EXPECT_EQ(stored.at("views").values<double>()[0], 5);
  EXPECT_EQ(stored.metadata.at("id"), "[\"a\",\"bcd\"]");
}

}  // namespace
}  // namespace foreview
