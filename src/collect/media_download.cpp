#include "collect/media_download.h"

#include <fmt/format.h>

#include <optional>

#include "collect/media_transfer.h"
#include "core/text.h"

namespace foreview {
namespace {

constexpr int most_redirects = 5;
constexpr int most_fruitless_tries = 3;  // in a row, without a new byte
constexpr int most_tries = 20;

/// What an answer without the whole file means; absent when another try may help.
std::optional<Download> verdict_on(const WebAnswer& answer, const std::string& host) {
  if (answer.private_address && answer.status == 0)
    return Download{DownloadOutcome::refused, fmt::format("{} has a private address", host)};
  if (answer.status == 404 || answer.status == 410)
    return Download{DownloadOutcome::failed, fmt::format("the media answers with status {}", answer.status)};
  return std::nullopt;
}

Download incomplete(const MediaTransfer& transfer, const std::string& why) {
  if (!transfer.whole()) return {DownloadOutcome::failed, why};
  return {DownloadOutcome::failed,
          fmt::format("expected {} bytes, got {}: {}", *transfer.whole(), transfer.have(), why)};
}

}  // namespace

void remove_part(const std::filesystem::path& part) {
  std::error_code ignored;
  std::filesystem::remove(part, ignored);
  std::filesystem::remove(version_file(part), ignored);
}

std::string cookie_header(const std::vector<Cookie>& cookies, const WebAddress& address) {
  std::string line;
  for (const Cookie& cookie : cookies) {
    std::string domain = lower_ascii(cookie.domain);
    const bool whole_domain = domain.starts_with('.');
    if (whole_domain) domain.erase(0, 1);
    const bool host_fits = address.host == domain || (whole_domain && address.host.ends_with("." + domain));
    const std::string path = cookie.path.empty() ? "/" : cookie.path;
    const bool path_fits =
        address.target.starts_with(path) && (path.ends_with('/') || address.target.size() == path.size() ||
                                             address.target[path.size()] == '/' || address.target[path.size()] == '?');
    if (!host_fits || !path_fits || (cookie.secure && address.scheme != "https")) continue;
    line += (line.empty() ? "" : "; ") + cookie.name + "=" + cookie.value;
  }
  return line;
}

std::optional<Download> MediaDownload::objection_to(const WebAddress& address) {
  if (!host_matches(address.host, rules_.hosts))
    return Download{DownloadOutcome::refused, fmt::format("{} is no media host of the profile", address.host)};
  if (const std::string rule = robots_.rule_against(address); !rule.empty())
    return Download{DownloadOutcome::failed, fmt::format("robots.txt of {} forbids it ({})", address.host, rule)};
  return std::nullopt;
}

Download MediaDownload::fetch(const std::string& first_address, const std::filesystem::path& part,
                              const DownloadOptions& options) {
  MediaTransfer transfer(rules_, part, options);
  std::string address = first_address, last_failure;
  int redirects = 0, fruitless = 0, restarts = 0;
  for (int tries = 0; tries < most_tries && fruitless < most_fruitless_tries; ++tries) {
    const WebAddress parsed = WebAddress::parse(address);
    if (const auto objection = objection_to(parsed)) return *objection;
    const HostTurn turn = politeness_.before_request(parsed.host, robots_.crawl_delay(parsed));
    const uint64_t before = transfer.have();
    const WebAnswer answer = client_.fetch(transfer.request(address));
    transfer.end(answer);
    if (transfer.verdict()) return *transfer.verdict();
    if (const auto verdict = verdict_on(answer, parsed.host)) return *verdict;
    if (!answer.redirect.empty()) {
      if (++redirects > most_redirects) return {DownloadOutcome::refused, "it is redirected again and again"};
      address = answer.redirect;
      continue;
    }
    if (transfer.is_complete()) {
      politeness_.answered(parsed.host);
      return {DownloadOutcome::complete, ""};
    }
    last_failure = answer.failure.empty() ? fmt::format("status {}", answer.status) : answer.failure;
    fruitless = transfer.have() > before ? 0 : fruitless + 1;
    if (answer.status == 416) {  // the server has no more than what is there already
      const Download short_file = incomplete(transfer, last_failure);
      transfer.start_over();
      if (restarts++ > 0) return short_file;
    }
    if (answer.status == 429 || answer.status >= 500) {
      const std::string retry = answer.header("retry-after");
      politeness_.back_off(parsed.host, retry.empty() ? std::nullopt : std::optional<std::string>(retry));
    }
  }
  return incomplete(transfer, last_failure);
}

}  // namespace foreview
