#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collect/browser_process.h"
#include "collect/webdriver.h"

namespace foreview {

/// How a page answered.
struct PageLoad {
  int status = 0;                          // of HTTP; 0: the host could not be reached
  std::optional<std::string> retry_after;  // the header, where the driver shows headers
  std::string address;                     // after redirects
};

/// A browser with one page. Started when it is first needed, and anew after restart().
class Browser {
 public:
  explicit Browser(BrowserOptions options);
  ~Browser();

  PageLoad open(const std::string& address);
  std::string html();
  std::string visible_text();
  /// Whether an element of the CSS selector takes up room on the page.
  bool shows(const std::string& selector);
  /// Whole addresses of the links of the CSS selector, in the page's order.
  std::vector<std::string> links(const std::string& selector);
  void scroll_to_end();
  std::vector<Cookie> cookies();
  /// Ends the browser; the next call starts another.
  void restart();

 private:
  WebDriver& driver();
  std::unique_ptr<WebDriver> session_of_running_driver();

  BrowserOptions options_;
  std::unique_ptr<BrowserProcess> process_;
  std::unique_ptr<WebDriver> driver_;
};

}  // namespace foreview
