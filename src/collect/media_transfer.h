#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "collect/media_download.h"
#include "core/owned_descriptor.h"

// Internal to this folder: the bytes of one media file on their way into a part file.
namespace foreview {

class MediaTransfer {
 public:
  MediaTransfer(const MediaRules& rules, std::filesystem::path part, const DownloadOptions& options);

  /// An empty part file goes away with it.
  ~MediaTransfer();
  MediaTransfer(const MediaTransfer&) = delete;
  MediaTransfer& operator=(const MediaTransfer&) = delete;

  /// Asks for what is not there yet. The request's callbacks hold this object.
  WebRequest request(const std::string& address);
  /// To be called with what came of that request; throws Error when the part file could not be written.
  void end(const WebAnswer& answer);

  uint64_t have() const { return have_; }
  std::optional<uint64_t> whole() const { return whole_; }
  bool is_complete() const { return whole_ ? have_ == *whole_ : ended_; }
  /// Why it is of no use to go on; absent while it is.
  const std::optional<Download>& verdict() const { return verdict_; }
  void start_over();

 private:
  bool stop(DownloadOutcome outcome, const std::string& reason);
  bool take_head(const WebAnswer& head);
  bool take_bytes(std::string_view bytes);
  void remember_version(const std::string& validator);
  [[noreturn]] void fail_writing(int code) const;

  const MediaRules& rules_;
  std::filesystem::path part_;
  const DownloadOptions& options_;
  OwnedDescriptor file_;
  std::string validator_;          // tells versions of the file apart; empty when the server names none
  uint64_t have_ = 0;              // bytes in the part file
  std::optional<uint64_t> whole_;  // bytes of the whole file, where the server says
  std::optional<Download> verdict_;
  bool ended_ = false;
  int write_fault_ = 0;  // errno; libcurl's callbacks are C, so it is thrown after the exchange
};

/// Where the version of a part file is kept.
std::filesystem::path version_file(const std::filesystem::path& part);

}  // namespace foreview
