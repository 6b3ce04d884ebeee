#include "collect/media_transfer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "core/files.h"
#include "core/text.h"
#include "foreview/error.h"

namespace fs = std::filesystem;

namespace foreview {
namespace {

std::optional<uint64_t> number_in(std::string_view text) {
  uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool type_matches(const std::string& type, const std::vector<std::string>& patterns) {
  const std::string plain = lower_ascii(type.substr(0, type.find_first_of("; ")));
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return pattern == plain || (pattern.ends_with("/*") && plain.starts_with(pattern.substr(0, pattern.size() - 1)));
  });
}

/// "bytes 100-199/200": where it begins and how long the whole is.
struct ContentRange {
  uint64_t first = 0;
  std::optional<uint64_t> whole;
};

std::optional<ContentRange> range_in(std::string_view text) {
  if (!text.starts_with("bytes ")) return std::nullopt;
  text.remove_prefix(6);
  const size_t dash = text.find('-'), slash = text.find('/');
  if (dash == text.npos || slash == text.npos || slash < dash) return std::nullopt;
  const auto first = number_in(text.substr(0, dash));
  if (!first) return std::nullopt;
  return ContentRange{*first, number_in(text.substr(slash + 1))};
}

/// What tells one version of a file from another; weak tags (W/) do not (RFC 9110, 13.1.5).
std::string validator_of(const WebAnswer& answer) {
  const std::string tag = answer.header("etag");
  if (!tag.empty() && !tag.starts_with("W/")) return tag;
  return answer.header("last-modified");
}

}  // namespace

fs::path version_file(const fs::path& part) { return part.string() + ".version"; }

MediaTransfer::MediaTransfer(const MediaRules& rules, fs::path part, const DownloadOptions& options)
    : rules_(rules), part_(std::move(part)), options_(options) {
  std::error_code error;
  fs::create_directories(part_.parent_path(), error);
  file_ = OwnedDescriptor(::open(part_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file_) fail_writing(errno);
  const off_t size = ::lseek(file_.get(), 0, SEEK_END);
  have_ = size > 0 ? static_cast<uint64_t>(size) : 0;
  if (have_ == 0) return;
  try {
    validator_ = read_file(version_file(part_), 4096);
  } catch (const Error&) {
    start_over();  // bytes of an unknown version
  }
}

MediaTransfer::~MediaTransfer() {
  if (have_ == 0) remove_part(part_);
}

WebRequest MediaTransfer::request(const std::string& address) {
  WebRequest request{.address = address,
                     .headers = {"User-Agent: " + options_.user_agent, "Accept: video/*,*/*;q=0.5"},
                     .seconds = 0,
                     .allow_private_addresses = rules_.allow_private_addresses};
  if (!options_.referer.empty()) request.headers.push_back("Referer: " + options_.referer);
  const std::string cookies = cookie_header(options_.cookies, WebAddress::parse(address));
  if (!cookies.empty()) request.headers.push_back("Cookie: " + cookies);
  if (have_ > 0) request.headers.push_back(fmt::format("Range: bytes={}-", have_));
  if (have_ > 0 && !validator_.empty()) request.headers.push_back("If-Range: " + validator_);
  request.on_head = [this](const WebAnswer& head) { return take_head(head); };
  request.on_bytes = [this](std::string_view bytes) { return take_bytes(bytes); };
  return request;
}

void MediaTransfer::end(const WebAnswer& answer) {
  if (write_fault_ != 0) fail_writing(write_fault_);
  ended_ = answer.failure.empty() && !answer.stopped && (answer.status == 200 || answer.status == 206);
}

void MediaTransfer::start_over() {
  if (::ftruncate(file_.get(), 0) != 0) write_fault_ = errno;
  have_ = 0;
}

bool MediaTransfer::stop(DownloadOutcome outcome, const std::string& reason) {
  verdict_ = Download{outcome, reason};
  return false;
}

bool MediaTransfer::take_head(const WebAnswer& head) {
  if (head.status != 200 && head.status != 206) return false;  // told by whoever asked
  const std::string type = head.header("content-type");
  if (!type_matches(type, rules_.types))
    return stop(DownloadOutcome::refused, fmt::format("the answer is {}, not {}", type.empty() ? "of no type" : type,
                                                      join(rules_.types, " or ")));
  const auto length = number_in(head.header("content-length"));
  if (head.status == 206) {
    const auto range = range_in(head.header("content-range"));
    if (!range || range->first != have_) {
      start_over();  // the next try asks for all of it
      return false;
    }
    whole_ = range->whole ? range->whole : length ? std::optional(have_ + *length) : std::nullopt;
  } else {
    start_over();
    whole_ = length;
    remember_version(validator_of(head));
  }
  if (whole_ && *whole_ > rules_.most_bytes)
    return stop(DownloadOutcome::refused,
                fmt::format("it has {} bytes, more than the profile's {}", *whole_, rules_.most_bytes));
  if (whole_ && *whole_ > options_.room_bytes)
    return stop(DownloadOutcome::no_room,
                fmt::format("it has {} bytes, the disk limit leaves {}", *whole_, options_.room_bytes));
  return write_fault_ == 0;
}

void MediaTransfer::remember_version(const std::string& validator) {
  validator_ = validator;
  std::error_code ignored;
  fs::remove(version_file(part_), ignored);
  if (validator.empty()) return;
  try {
    write_file_atomically(version_file(part_), validator);
  } catch (const Error&) {  // the download alone may still fit; a later run starts it over
  }
}

bool MediaTransfer::take_bytes(std::string_view bytes) {
  const uint64_t then = have_ + bytes.size();
  if (then > rules_.most_bytes)
    return stop(DownloadOutcome::refused, fmt::format("it has more than the profile's {} bytes", rules_.most_bytes));
  if (then > options_.room_bytes)
    return stop(DownloadOutcome::no_room,
                fmt::format("it has more than the {} bytes that the disk limit leaves", options_.room_bytes));
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(have_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      write_fault_ = errno;
      return false;
    }
    have_ += static_cast<uint64_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

void MediaTransfer::fail_writing(int code) const {
  throw Error({.file = part_.string(),
               .problem = fmt::format("cannot be written: {}", std::strerror(code)),
               .advice = "check the free space and the permissions of the folder; the same command goes on"});
}

}  // namespace foreview
