#include "hub/blob_download.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include "core/files.h"
#include "core/hash.h"
#include "core/owned_descriptor.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr int most_fruitless_tries = 3;  // in a row, without a new byte

[[noreturn]] void fail_file(const std::filesystem::path& file, const std::string& what) {
  throw Error({.file = file.string(),
               .problem = what + ": " + std::strerror(errno),
               .advice = "check free space and permissions"});
}

std::string git_blob_sha1(const std::filesystem::path& file) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha1(), nullptr);
  std::string head = fmt::format("blob {}", std::filesystem::file_size(file));
  EVP_DigestUpdate(context.get(), head.c_str(), head.size() + 1);  // git ends the head with a zero byte
  std::ifstream stream(file, std::ios::binary);
  if (!stream) fail_file(file, "cannot be read");
  std::vector<char> bytes(size_t{1} << 20);
  while (stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size())), stream.gcount() > 0)
    EVP_DigestUpdate(context.get(), bytes.data(), static_cast<size_t>(stream.gcount()));
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(context.get(), digest, &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail_file(file, "cannot be written");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

/// The file that grows; only one process may let it grow.
struct Incomplete {
  std::filesystem::path path;
  OwnedDescriptor descriptor;
  uint64_t size = 0;

  explicit Incomplete(std::filesystem::path file) : path(std::move(file)) {
    descriptor.reset(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!descriptor) fail_file(path, "cannot be made");
    if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0)
      throw Error({.file = path.string(),
                   .problem = "another process is loading this file",
                   .advice = "wait until it has ended"});
    const off_t end = ::lseek(descriptor.get(), 0, SEEK_END);
    if (end < 0) fail_file(path, "cannot be read");
    size = static_cast<uint64_t>(end);
  }
  void restart() {
    if (::ftruncate(descriptor.get(), 0) != 0 || ::lseek(descriptor.get(), 0, SEEK_SET) < 0)
      fail_file(path, "cannot be written");
    size = 0;
  }
  void add(std::string_view bytes) {
    write_all(descriptor.get(), bytes, path);
    size += bytes.size();
  }
};

[[noreturn]] void refuse(Incomplete& incomplete, const std::string& url, const std::string& problem,
                         const std::string& expected, const std::string& got) {
  std::filesystem::remove(incomplete.path);
  throw Error({.file = url,
               .problem = problem,
               .expected = expected,
               .got = got,
               .advice = "the bytes were deleted; run it again, or check HF_ENDPOINT"});
}

void receive(const HubSettings& settings, const std::string& url, const HubFile& file, Incomplete& incomplete,
             const std::function<void(size_t)>& advanced) {
  bool checked = false;
  const auto take = [&](const HttpResponse& response, std::string_view bytes) {
    if (!std::exchange(checked, true) && incomplete.size > 0) {
      const std::string here = fmt::format("bytes {}-", incomplete.size);
      if (response.status != 206 || !response.header("content-range").starts_with(here)) {
        // The server sends the whole, or another part: only the whole can be used.
        if (response.status == 206)
          refuse(incomplete, url, "the server sends another part", here, response.header("content-range"));
        incomplete.restart();
      }
    }
    if (incomplete.size + bytes.size() > file.size)
      refuse(incomplete, url, "the server sends more than it said", fmt::format("{} bytes", file.size), "more");
    incomplete.add(bytes);
    advanced(bytes.size());
  };
  for (int fruitless = 0; incomplete.size < file.size;) {
    const uint64_t before = incomplete.size;
    checked = false;
    const HttpResponse response =
        http_get({.url = url, .bearer_token = settings.token, .first_byte = before, .on_bytes = take});
    if (response.status == 416 && before > 0) incomplete.restart();
    if (incomplete.size >= file.size) return;
    if (response.status / 100 != 2 && response.status != 0 && response.status != 416) throw_hub_status(response, url);
    fruitless = incomplete.size > before ? 0 : fruitless + 1;
    if (fruitless < most_fruitless_tries) continue;
    if (!response.failure.empty() || response.status == 0) throw_hub_status(response, url);
    refuse(incomplete, url, "the server sends less than it said", fmt::format("{} bytes", file.size),
           fmt::format("{} bytes", incomplete.size));
  }
}

}  // namespace

std::string blob_digest(const std::filesystem::path& file, size_t digits) {
  return digits == 64 ? sha256_file(file) : git_blob_sha1(file);
}

void download_blob(const HubSettings& settings, const std::string& url, const HubFile& file,
                   const std::filesystem::path& blobs, const std::function<void(size_t)>& advanced) {
  const std::filesystem::path blob = blobs / file.digest;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(blob, ignored) && std::filesystem::file_size(blob, ignored) == file.size) {
    advanced(file.size);
    return;
  }
  Incomplete incomplete(blobs / (file.digest + ".incomplete"));
  if (incomplete.size > file.size) incomplete.restart();
  advanced(incomplete.size);
  receive(settings, url, file, incomplete, advanced);
  const std::string digest = blob_digest(incomplete.path, file.digest.size());
  if (digest != file.digest) refuse(incomplete, url, "wrong bytes", "checksum " + file.digest, digest);
  publish_file(incomplete.path, blob);
}

}  // namespace foreview
