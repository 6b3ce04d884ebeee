#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace foreview {

struct HttpResponse {
  int status = 0;                              // of the last address; 0 when no answer came
  std::map<std::string, std::string> headers;  // of the last address; names in lower case
  std::string body;                            // empty when on_bytes took it
  std::string final_url;                       // after redirects
  std::string failure;                         // why the exchange broke off (cut, time-out); empty when it ended well

  std::string header(const std::string& lower_case_name) const;
};

struct HttpRequest {
  std::string url;                               // http or https
  std::string bearer_token = {};                 // sent to the host and port of `url` only, never to where it redirects
  uint64_t first_byte = 0;                       // > 0 asks for the rest from there on (Range)
  uint64_t max_body_bytes = uint64_t{64} << 20;  // of a body that is kept
  long connect_seconds = 30;
  long stall_seconds = 60;  // without a byte
  int max_redirects = 8;    // from https to http none is followed
  /// Takes the body of a 2xx answer as it comes, with status and headers already known; what it throws ends the
  /// exchange.
  std::function<void(const HttpResponse&, std::string_view)> on_bytes = {};
};

/// GET over libcurl (which reads the usual proxy variables). What a server does is told in the response; throws Error
/// for an address that is none, a forbidden redirect, a body beyond the limit, and when the user asks to stop.
HttpResponse http_get(const HttpRequest& request);

}  // namespace foreview
