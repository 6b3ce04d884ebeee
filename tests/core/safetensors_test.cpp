#include "core/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "core/files.h"
#include "foreview/error.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

SafetensorsFile example() {
  const float floats[] = {1.5f, -2, 0, 4, 5, 6};
  const uint8_t bytes[] = {1, 2, 255};
  const int64_t whole[] = {-1, std::numeric_limits<int64_t>::max()};
  const int32_t narrow[] = {-7};
  const double scalar = 0.1;
  SafetensorsFile content;
  content.tensors["a.bytes"] = StoredTensor::from<uint8_t>({3}, bytes);
  content.tensors["floats"] = StoredTensor::from<float>({2, 3}, floats);
  content.tensors["whole"] = StoredTensor::from<int64_t>({2, 1}, whole);
  content.tensors["narrow"] = StoredTensor::from<int32_t>({1}, narrow);
  content.tensors["scalar"] = StoredTensor::from<double>({}, &scalar);
  content.tensors["empty"] = StoredTensor::from<float>({0, 5}, nullptr);
  content.metadata = {{"format", "1"}, {"caf\xC3\xA9", "x\ny"}};
  return content;
}

TEST(Safetensors, ReadsBackWhatWasWritten) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "x.safetensors";
  write_safetensors(file, example());
  for (const SafetensorsFile& read : {read_safetensors(file), parse_safetensors(read_file(file), file)}) {
    EXPECT_EQ(read.metadata, example().metadata);
    EXPECT_EQ(read.tensors.size(), 6u);
    EXPECT_EQ(read.file, file);
    EXPECT_EQ(read.at("floats").shape, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(read.at("floats").values<float>(), (std::vector<float>{1.5f, -2, 0, 4, 5, 6}));
    EXPECT_EQ(read.at("a.bytes").values<uint8_t>(), (std::vector<uint8_t>{1, 2, 255}));
    EXPECT_EQ(read.at("whole").values<int64_t>(), (std::vector<int64_t>{-1, std::numeric_limits<int64_t>::max()}));
    EXPECT_EQ(read.at("narrow").values<int32_t>(), std::vector<int32_t>{-7});
    EXPECT_EQ(read.at("scalar").shape, std::vector<int64_t>{});
    EXPECT_EQ(read.at("scalar").count(), 1);
    EXPECT_EQ(read.at("scalar").values<double>(), std::vector<double>{0.1});
    EXPECT_EQ(read.at("empty").values<float>(), std::vector<float>{});
  }
}

TEST(Safetensors, BytesAreStableAndAligned) {
  const std::string bytes = serialize_safetensors(example());
  EXPECT_EQ(bytes, serialize_safetensors(example()));
  uint64_t header_length = 0;
  std::memcpy(&header_length, bytes.data(), 8);
  EXPECT_EQ(header_length % 8, 0u);
  const std::string header = bytes.substr(8, header_length);
  EXPECT_NE(header.find(R"("scalar":{"data_offsets":[0,8],"dtype":"F64","shape":[]})"), std::string::npos) << header;
  EXPECT_NE(header.find(R"("a.bytes":{"data_offsets":[52,55],"dtype":"U8","shape":[3]})"), std::string::npos);
  EXPECT_EQ(parse_safetensors(serialize_safetensors({}), "").tensors.size(), 0u);
}

TEST(Safetensors, TypesAreChecked) {
  const SafetensorsFile content = example();
  try {
    content.at("floats").values<double>("floats");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "tensor \"floats\" holds another type of number (expected F64, got F32)");
  }
  EXPECT_THROW(content.at("absent"), Error);
  const float value = 0;
  EXPECT_THROW(StoredTensor::from<float>({-1}, &value), Error);
  StoredTensor cut = content.at("floats");
  cut.bytes.pop_back();
  EXPECT_THROW(cut.values<float>(), Error);
}

TEST(Safetensors, WritingRefusesWhatCouldNotBeRead) {
  SafetensorsFile wrong_size = example();
  wrong_size.tensors["floats"].shape = {2, 4};
  EXPECT_THROW(serialize_safetensors(wrong_size), Error);
  SafetensorsFile reserved = example();
  reserved.tensors["__metadata__"] = reserved.tensors["floats"];
  EXPECT_THROW(serialize_safetensors(reserved), Error);
  SafetensorsFile bad_name = example();
  bad_name.tensors["\xff"] = bad_name.tensors["floats"];
  EXPECT_THROW(serialize_safetensors(bad_name), Error);
}

std::string file_of(uint64_t header_length, const std::string& rest) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &header_length, 8);
  return bytes + rest;
}
std::string file_of(const std::string& header, size_t data_bytes) {
  return file_of(header.size(), header + std::string(data_bytes, '\0'));
}
std::string one_tensor(const std::string& type, const std::string& shape, const std::string& offsets) {
  return "{\"t\":{\"dtype\":" + type + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
}

/// The message for bytes that must be refused, whichever way they are read.
std::string refusal(const std::string& bytes) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "bad.safetensors";
  write_file_atomically(file, bytes);
  std::string read_message = "accepted", parse_message = "accepted";
  try {
    read_safetensors(file);
  } catch (const Error& error) {
    read_message = error.what();
  }
  try {
    parse_safetensors(bytes, file);
  } catch (const Error& error) {
    parse_message = error.what();
  }
  EXPECT_EQ(read_message, parse_message);
  if (read_message != "accepted") {
    EXPECT_TRUE(read_message.starts_with(file.string())) << read_message;
  }
  return read_message;
}

#define EXPECT_REFUSED(bytes, why)                              \
  do {                                                          \
    const std::string message = refusal(bytes);                 \
    EXPECT_NE(message.find(why), std::string::npos) << message; \
  } while (false)

TEST(SafetensorsHostile, HeaderLengths) {
  EXPECT_REFUSED("", "too short");
  EXPECT_REFUSED("1234567", "too short");
  EXPECT_REFUSED(file_of(0, ""), "header length");
  EXPECT_REFUSED(file_of(uint64_t{1} << 63, "{}"), "header length");
  EXPECT_REFUSED(file_of(~uint64_t{0}, "{}"), "header length");
  EXPECT_REFUSED(file_of(~uint64_t{0} - 7, "{}"), "header length");
  EXPECT_REFUSED(file_of(3, "{}"), "(expected 2 to 2, got 3)");
}

TEST(SafetensorsHostile, Headers) {
  EXPECT_REFUSED(file_of("xx", 0), "not usable JSON");
  EXPECT_REFUSED(file_of("[]", 0), "not a JSON object");
  EXPECT_REFUSED(file_of(R"({"t":1})", 0), "incomplete");
  EXPECT_REFUSED(file_of(R"({"t":{"dtype":"F32"}})", 0), "incomplete");
  EXPECT_REFUSED(file_of(R"({"__metadata__":[]})", 0), "__metadata__");
  EXPECT_REFUSED(file_of(R"({"__metadata__":{"a":1}})", 0), "metadata \"a\"");
  EXPECT_REFUSED(file_of("{\"a\":" + std::string(1'000'000, '['), 0), "nested deeper");
  EXPECT_REFUSED(file_of(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},
                             "a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
                         0),
                 "twice");
  EXPECT_REFUSED(file_of(R"({"a":{"dtype":"U8","shape":[0],"shape":[1],"data_offsets":[0,0]}})", 0), "twice");
}

TEST(SafetensorsHostile, TypesAndShapes) {
  EXPECT_EQ(refusal(file_of(one_tensor("\"F32\"", "[2]", "[0,8]"), 8)), "accepted");
  EXPECT_REFUSED(file_of(one_tensor("\"F31\"", "[2]", "[0,8]"), 8), "unknown dtype");
  EXPECT_REFUSED(file_of(one_tensor("7", "[2]", "[0,8]"), 8), "unknown dtype");
  EXPECT_REFUSED(file_of(one_tensor("\"F32\"", "[3]", "[0,8]"), 8), "expected 12 bytes, got 8 bytes");
  EXPECT_REFUSED(file_of(one_tensor("\"F64\"", "[2]", "[0,8]"), 8), "expected 16 bytes");
  for (const char* shape :
       {"[-1]", "[2.0]", "2", "\"2\"", "[null]", "[[2]]", "[9223372036854775807,3]", "[4294967296,4294967296]",
        "[18446744073709551615]", "[0,9223372036854775807,9223372036854775807]", "[1e2]"})
    EXPECT_REFUSED(file_of(one_tensor("\"F32\"", shape, "[0,8]"), 8), "impossible shape");
  EXPECT_REFUSED(file_of(one_tensor("\"F64\"", "[2305843009213693952]", "[0,0]"), 0), "impossible shape");
  std::string many = "[1";
  for (int i = 0; i < 100000; ++i) many += ",1";
  EXPECT_REFUSED(file_of(one_tensor("\"U8\"", many + "]", "[0,1]"), 1), "impossible shape");
}

TEST(SafetensorsHostile, Offsets) {
  for (const char* offsets : {"[0,9]", "[8,0]", "[0]", "[0,4,8]", "[-8,0]", "\"08\"", "[0,18446744073709551615]",
                              "[9223372036854775800,9223372036854775807]", "[0.0,8.0]"})
    EXPECT_REFUSED(file_of(one_tensor("\"F32\"", "[2]", offsets), 8), "outside the file");
  const auto two = [](const char* first, const char* second) {
    return std::string(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)") + first +
           R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}";
  };
  EXPECT_EQ(refusal(file_of(two("[4,8]", "[0,4]"), 8)), "accepted");
  EXPECT_REFUSED(file_of(two("[0,4]", "[2,6]"), 8), "overlaps");
  EXPECT_REFUSED(file_of(two("[0,4]", "[0,4]"), 4), "overlaps");
  EXPECT_REFUSED(file_of(two("[0,4]", "[5,9]"), 9), "gap");
  EXPECT_REFUSED(file_of(two("[1,5]", "[5,9]"), 9), "gap");
  EXPECT_REFUSED(file_of(two("[0,4]", "[4,8]"), 9), "belong to no tensor");
}

TEST(SafetensorsHostile, EveryTruncationIsRefused) {
  const std::string bytes = serialize_safetensors(example());
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_THROW(parse_safetensors(std::string_view(bytes).substr(0, length), "cut"), Error) << length;
}

TEST(SafetensorsHostile, ChangedBytesNeverCrash) {
  const std::string bytes = serialize_safetensors(example());
  int refused = 0;
  for (size_t at = 0; at < bytes.size(); ++at)
    for (const char change : {'\0', '"', '9', '[', '\xff'}) {
      std::string changed = bytes;
      changed[at] = change;
      try {
        parse_safetensors(changed, "changed");
      } catch (const Error&) {
        ++refused;
      }
    }
  EXPECT_GT(refused, 500);
}

TEST(Safetensors, ReadingWhatIsNoFileFails) {
  const testing::TemporaryFolder folder;
  EXPECT_THROW(read_safetensors(folder.path()), Error);
  EXPECT_THROW(read_safetensors(folder.path() / "absent"), Error);
}

}  // namespace
}  // namespace foreview
