#include "collect/web_client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>

#include "collect/private_address.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

constexpr size_t most_headers = 1000;

/// One exchange as libcurl's callbacks see it.
struct Exchange {
  const WebRequest& request;
  WebAnswer& answer;
  CURL* handle;
  bool head_told = false, too_long = false, interrupted = false;

  bool tell_head() {
    if (head_told) return true;
    head_told = true;
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return !request.on_head || request.on_head(answer);
  }
};

size_t take_header(char* bytes, size_t, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  std::string_view line(bytes, count);
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) exchange.answer.headers.clear();  // after an interim answer (100)
  const size_t colon = line.find(':');
  if (colon == line.npos || exchange.answer.headers.size() > most_headers) return count;
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  exchange.answer.headers[lower_ascii(line.substr(0, colon))] = clean_utf8(value);
  return count;
}

size_t take_body(char* bytes, size_t, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const std::string_view part(bytes, count);
  exchange.answer.stopped = !exchange.tell_head();
  if (exchange.answer.stopped) return 0;
  if (exchange.request.on_bytes) {
    exchange.answer.stopped = !exchange.request.on_bytes(part);
    return exchange.answer.stopped ? 0 : count;
  }
  exchange.too_long = exchange.answer.body.size() + count > exchange.request.most_body_bytes;
  if (exchange.too_long) return 0;
  exchange.answer.body += part;
  return count;
}

int look_around(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& exchange = *static_cast<Exchange*>(user);
  exchange.interrupted = interrupt_requested() && !exchange.request.even_when_interrupted;
  return exchange.interrupted ? 1 : 0;
}

curl_socket_t open_checked(void* user, curlsocktype, curl_sockaddr* address) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (!exchange.request.allow_private_addresses && is_private_address(address->addr)) {
    exchange.answer.private_address = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

struct HeaderList {
  curl_slist* list = nullptr;
  explicit HeaderList(const std::vector<std::string>& lines) {
    list = curl_slist_append(list, "Expect:");
    for (const std::string& line : lines)
      if (line.find_first_of("\r\n") == line.npos) list = curl_slist_append(list, line.c_str());
  }
  ~HeaderList() { curl_slist_free_all(list); }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
};

}  // namespace

std::string WebAnswer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

struct WebClient::Impl {
  CURL* handle = curl_easy_init();
  ~Impl() { curl_easy_cleanup(handle); }

  void prepare(const WebRequest& request, Exchange& exchange, const HeaderList& headers) const {
    curl_easy_reset(handle);  // keeps connections
    curl_easy_setopt(handle, CURLOPT_URL, request.address.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, 20L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(request.seconds * 1000));
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stall_seconds));
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.list);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, look_around);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_checked);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &exchange);
    if (request.method != "GET") curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method != "POST") return;
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
  }
};

WebClient::WebClient() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  impl_ = std::make_unique<Impl>();
  if (!impl_->handle) throw Error({.problem = "libcurl cannot be started", .advice = "free memory"});
}

WebClient::~WebClient() = default;

WebAnswer WebClient::fetch(const WebRequest& request) {
  WebAnswer answer;
  Exchange exchange{request, answer, impl_->handle};
  const HeaderList headers(request.headers);
  impl_->prepare(request, exchange, headers);
  const CURLcode code = curl_easy_perform(impl_->handle);
  if (exchange.interrupted) throw_if_interrupted();
  if (code == CURLE_OK && !exchange.tell_head()) answer.stopped = true;  // an answer without a body
  long status = 0;
  curl_easy_getinfo(impl_->handle, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  const char* redirect = nullptr;
  if (curl_easy_getinfo(impl_->handle, CURLINFO_REDIRECT_URL, &redirect) == CURLE_OK && redirect)
    answer.redirect = redirect;
  if (exchange.too_long)
    answer.failure = fmt::format("more than {} bytes came", request.most_body_bytes);
  else if (answer.private_address && code != CURLE_OK)
    answer.failure = "its host has a private address";
  else if (code != CURLE_OK && !answer.stopped)
    answer.failure = curl_easy_strerror(code);
  return answer;
}

}  // namespace foreview
