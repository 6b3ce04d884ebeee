#include "net/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cctype>
#include <exception>
#include <memory>
#include <utility>

#include "core/interrupt.h"
#include "foreview/error.h"

namespace foreview {
namespace {

struct Origin {
  std::string scheme, host, port;
  bool operator==(const Origin&) const = default;
};

Origin origin_of(const std::string& url) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), curl_url_cleanup);
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return std::string();
    const std::string copy = text;
    curl_free(text);
    return copy;
  };
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
    throw Error({.file = url, .problem = "not an address", .expected = "http:// or https://", .advice = "correct it"});
  const Origin origin{part(CURLUPART_SCHEME), part(CURLUPART_HOST), part(CURLUPART_PORT)};
  if (origin.scheme != "http" && origin.scheme != "https")
    throw Error({.file = url,
                 .problem = "not an address to load from",
                 .expected = "http:// or https://",
                 .got = origin.scheme,
                 .advice = "correct it"});
  return origin;
}

struct Exchange {
  const HttpRequest& request;
  CURL* handle;
  HttpResponse response = {};
  std::exception_ptr thrown = {};
};

size_t take_header(char* bytes, size_t, size_t count, void* user) {
  auto& response = static_cast<Exchange*>(user)->response;
  std::string_view line(bytes, count);
  if (line.starts_with("HTTP/")) response.headers.clear();  // an answer before the final one (100 Continue)
  const size_t colon = line.find(':');
  if (colon == line.npos) return count;
  std::string name(line.substr(0, colon));
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  line.remove_prefix(colon + 1);
  const size_t first = line.find_first_not_of(" \t"), last = line.find_last_not_of(" \t\r\n");
  response.headers[name] =
      first == line.npos || last == line.npos ? "" : std::string(line.substr(first, last - first + 1));
  return count;
}

size_t take_bytes(char* bytes, size_t, size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  long status = 0;
  curl_easy_getinfo(exchange.handle, CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  try {
    if (exchange.request.on_bytes && status / 100 == 2) {
      exchange.request.on_bytes(exchange.response, {bytes, count});
    } else {
      if (exchange.response.body.size() + count > exchange.request.max_body_bytes)
        throw Error({.file = exchange.request.url,
                     .problem = "the answer is too long",
                     .expected = fmt::format("at most {} bytes", exchange.request.max_body_bytes),
                     .advice = "check the address"});
      exchange.response.body.append(bytes, count);
    }
  } catch (...) {
    exchange.thrown = std::current_exception();
    return 0;
  }
  return count;
}

int stop_when_asked(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return interrupt_requested() ? 1 : 0; }

void set_options(CURL* handle, Exchange& exchange, const std::string& url, curl_slist* headers) {
  const HttpRequest& request = exchange.request;
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "foreview");
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, request.connect_seconds);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, request.stall_seconds);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, stop_when_asked);
  if (request.first_byte > 0) curl_easy_setopt(handle, CURLOPT_RANGE, fmt::format("{}-", request.first_byte).c_str());
}

/// One exchange without following; `redirect` is where it points to, or empty.
HttpResponse get_once(const HttpRequest& request, const std::string& url, bool with_token, std::string& redirect) {
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
  if (!handle) throw Error({.file = url, .problem = "libcurl does not start", .advice = "check the installation"});
  curl_slist* list = nullptr;
  if (with_token && !request.bearer_token.empty())
    list = curl_slist_append(nullptr, ("Authorization: Bearer " + request.bearer_token).c_str());
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(list, curl_slist_free_all);
  Exchange exchange{request, handle.get()};
  set_options(handle.get(), exchange, url, headers.get());
  const CURLcode code = curl_easy_perform(handle.get());
  if (exchange.thrown) std::rethrow_exception(exchange.thrown);
  throw_if_interrupted();
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  exchange.response.status = static_cast<int>(status);
  exchange.response.final_url = url;
  if (code != CURLE_OK) exchange.response.failure = curl_easy_strerror(code);
  char* target = nullptr;
  curl_easy_getinfo(handle.get(), CURLINFO_REDIRECT_URL, &target);
  redirect = target ? target : "";
  return std::move(exchange.response);
}

}  // namespace

std::string HttpResponse::header(const std::string& lower_case_name) const {
  const auto found = headers.find(lower_case_name);
  return found == headers.end() ? "" : found->second;
}

HttpResponse http_get(const HttpRequest& request) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw Error({.problem = "libcurl does not start", .advice = "check the installation"});
  const Origin home = origin_of(request.url);
  std::string url = request.url;
  for (int hop = 0; hop <= request.max_redirects; ++hop) {
    std::string redirect;
    HttpResponse response = get_once(request, url, origin_of(url) == home, redirect);
    if (redirect.empty()) return response;
    if (origin_of(url).scheme == "https" && origin_of(redirect).scheme != "https")
      throw Error({.file = url,
                   .problem = "redirects to an unprotected address",
                   .expected = "https://",
                   .got = redirect,
                   .advice = "check the address"});
    url = redirect;
  }
  throw Error({.file = request.url,
               .problem = "redirects without end",
               .expected = fmt::format("at most {} redirects", request.max_redirects),
               .advice = "try again later"});
}

}  // namespace foreview
