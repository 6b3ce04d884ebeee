#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "collect/web_client.h"
#include "foreview/error.h"

namespace foreview {

/// The browser or its driver is gone or no longer answers; a new session is needed.
class BrowserLost : public Error {
 public:
  using Error::Error;
};

struct Cookie {
  std::string name, value, domain, path;
  bool secure = false;
};

/// One session of a W3C WebDriver (https://www.w3.org/TR/webdriver2/): JSON over HTTP. Functions throw BrowserLost when
/// the session is over, Error for what the browser refuses to do.
class WebDriver {
 public:
  /// Opens a session at `driver` ("http://127.0.0.1:9515") with the capabilities of `always_match`.
  WebDriver(std::string driver, const nlohmann::json& always_match);
  /// Closes the session, and so the browser.
  ~WebDriver();
  WebDriver(const WebDriver&) = delete;
  WebDriver& operator=(const WebDriver&) = delete;

  void set_timeouts(double page_load_seconds, double script_seconds);
  void open(const std::string& address);
  std::string current_address();
  std::string source();
  /// What a script returns; `arguments` is an array.
  nlohmann::json run(const std::string& script, const nlohmann::json& arguments = nlohmann::json::array());
  /// Those that the browser would send to the present page.
  std::vector<Cookie> cookies();
  /// What chromedriver logged of the network since the last call, as DevTools messages; empty from other drivers.
  std::vector<nlohmann::json> network_messages();

 private:
  nlohmann::json call(const std::string& method, const std::string& path, const nlohmann::json& body = {});

  std::string driver_, session_;
  WebClient client_;
  bool has_log_ = true;
};

}  // namespace foreview
