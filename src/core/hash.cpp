#include "core/hash.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "foreview/error.h"

namespace foreview {
namespace {

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    check(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void add(std::string_view bytes) { check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1); }
  std::string hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    check(EVP_DigestFinal_ex(context_.get(), digest, &size) == 1);
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
  }

 private:
  static void check(bool worked) {
    if (!worked) throw Error({.problem = "OpenSSL cannot compute SHA-256", .advice = "check the OpenSSL installation"});
  }
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  Sha256 sha;
  sha.add(bytes);
  return sha.hex();
}

std::string sha256_file(const std::filesystem::path& file) {
  const auto fail = [&](int code) {
    throw Error({.file = file.string(),
                 .problem = fmt::format("cannot be read: {}", std::strerror(code)),
                 .advice = "check that it is a file and its permissions"});
  };
  std::error_code ignored;
  const auto type = std::filesystem::status(file, ignored).type();
  if (type == std::filesystem::file_type::fifo) fail(ESPIPE);  // opening it would wait for a writer
  const std::unique_ptr<FILE, int (*)(FILE*)> stream(std::fopen(file.c_str(), "rbe"), std::fclose);
  if (!stream) fail(errno);
  Sha256 sha;
  std::vector<char> buffer(size_t{1} << 20);
  while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), stream.get())) sha.add({buffer.data(), got});
  if (std::ferror(stream.get())) fail(errno);
  return sha.hex();
}

std::string fingerprint(std::string_view canonical_text) { return sha256_hex(canonical_text).substr(0, 16); }

double unit_hash(std::string_view text) {
  const uint64_t bits = std::stoull(fingerprint(text), nullptr, 16);
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

}  // namespace foreview
