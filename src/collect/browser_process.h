#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/child_process.h"

namespace foreview {

struct BrowserOptions {
  std::string webdriver;  // address of a running driver; empty: chromedriver is started here
  bool headless = true;
  std::string user_agent;  // what the browser says it is
};

/// A chromedriver on a free loopback port with a new temporary browser profile. It and its browser end with this
/// object, and with this process however that ends (see browser_guard_main.cpp).
class BrowserProcess {
 public:
  /// Throws Error when it does not start.
  BrowserProcess();
  ~BrowserProcess();
  BrowserProcess(const BrowserProcess&) = delete;
  BrowserProcess& operator=(const BrowserProcess&) = delete;

  /// "http://127.0.0.1:PORT"
  const std::string& address() const { return address_; }
  const std::filesystem::path& profile_folder() const { return profile_; }

 private:
  int wait_for_port();
  void stop();

  std::filesystem::path profile_;
  ChildProcess guard_;
  std::string address_;
};

/// Where the guard program is; throws Error when it is nowhere.
std::filesystem::path find_browser_guard();

/// Command line options of Chromium: nothing fetched or sent but the pages that are opened.
std::vector<std::string> chromium_arguments(const BrowserOptions& options, const std::filesystem::path& profile_folder);

}  // namespace foreview
