#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace foreview {

struct WebAnswer {
  int status = 0;                              // 0: no answer came
  std::map<std::string, std::string> headers;  // names in lower case; of several, the last
  std::string body;                            // empty when on_bytes took it
  std::string redirect;                        // where it sends to, as a whole address; it is not followed
  std::string failure;   // why the exchange did not end as it should (connection cut, time-out); empty when it did
  bool stopped = false;  // on_head or on_bytes said so
  bool private_address = false;  // the host's address is a private one and was not connected to

  std::string header(const std::string& name) const;
};

struct WebRequest {
  std::string method = "GET";
  std::string address;
  std::vector<std::string> headers = {};  // "Name: value"
  std::string body = {};
  double seconds = 60;                                  // for the whole exchange; 0 is no limit
  double stall_seconds = 30;                            // without a byte
  size_t most_body_bytes = size_t{64} << 20;            // of a body that is kept
  bool even_when_interrupted = false;                   // for farewells, which are short
  bool allow_private_addresses = false;                 // loopback, private networks, link-local
  std::function<bool(const WebAnswer&)> on_head = {};   // once the headers are there; false ends the exchange
  std::function<bool(std::string_view)> on_bytes = {};  // takes the body as it comes; false ends the exchange
};

/// HTTP over libcurl. Keeps connections open between requests; follows no redirects, so that each address can be
/// checked; uses no proxy, so that the addresses checked are those connected to. One object a thread.
class WebClient {
 public:
  WebClient();
  ~WebClient();

  /// Never throws for what a server does; throws Error{interrupted} when the user asks to stop.
  WebAnswer fetch(const WebRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace foreview
