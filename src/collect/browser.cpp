#include "collect/browser.h"

#include "core/text.h"

namespace foreview {
namespace {

using nlohmann::json;

constexpr double page_load_seconds = 60, script_seconds = 30;

json capabilities(const BrowserOptions& options, const std::filesystem::path& profile_folder) {
  return {
      {"browserName", "chrome"},
      {"pageLoadStrategy", "eager"},  // the item's script is there when the document is; pictures are not waited for
      {"unhandledPromptBehavior", "dismiss"},
      {"goog:loggingPrefs", {{"performance", "ALL"}}},
      {"goog:chromeOptions", {{"args", chromium_arguments(options, profile_folder)}}}};
}

std::vector<std::string> texts_in(const json& value) {
  std::vector<std::string> texts;
  if (value.is_array())
    for (const json& one : value)
      if (one.is_string()) texts.push_back(one.get<std::string>());
  return texts;
}

/// The answer to the last document that was asked for, from DevTools' messages.
void take_document_answer(const std::vector<json>& messages, PageLoad& load) {
  for (const json& message : messages) {
    if (message.value("method", "") != "Network.responseReceived") continue;
    const json parameters = message.value("params", json::object());
    if (parameters.value("type", "") != "Document") continue;
    const json response = parameters.value("response", json::object());
    if (response.value("url", "") != load.address) continue;
    load.status = response.value("status", 0);
    load.retry_after.reset();
    const json headers = response.value("headers", json::object());
    for (const auto& [name, value] : headers.items())
      if (lower_ascii(name) == "retry-after" && value.is_string()) load.retry_after = value.get<std::string>();
  }
}

}  // namespace

Browser::Browser(BrowserOptions options) : options_(std::move(options)) {}
Browser::~Browser() = default;

WebDriver& Browser::driver() {
  if (driver_) return *driver_;
  if (options_.webdriver.empty()) process_ = std::make_unique<BrowserProcess>();
  driver_ = process_
                ? std::make_unique<WebDriver>(process_->address(), capabilities(options_, process_->profile_folder()))
                : session_of_running_driver();
  driver_->set_timeouts(page_load_seconds, script_seconds);
  driver_->network_messages();  // of the start page
  return *driver_;
}

std::unique_ptr<WebDriver> Browser::session_of_running_driver() {
  try {
    return std::make_unique<WebDriver>(options_.webdriver, capabilities(options_, {}));
  } catch (const BrowserLost& lost) {
    throw Error({.file = options_.webdriver,
                 .problem = "no browser can be opened: " + lost.parts().problem,
                 .advice = "check the address given with --webdriver, and that its driver runs and has a Chromium"});
  }
}

void Browser::restart() {
  driver_.reset();
  process_.reset();
}

PageLoad Browser::open(const std::string& address) {
  WebDriver& browser = driver();
  try {
    browser.open(address);
  } catch (const BrowserLost&) {
    throw;
  } catch (const Error&) {  // cannot be reached, or too slow: the status below says so
  }
  PageLoad load{.address = browser.current_address()};
  const json status =
      browser.run("const e = performance.getEntriesByType('navigation')[0]; return e ? e.responseStatus : 0;");
  if (status.is_number_integer()) load.status = status.get<int>();
  take_document_answer(browser.network_messages(), load);
  if (load.address.starts_with("chrome-error:")) load.status = 0;
  return load;
}

std::string Browser::html() { return driver().source(); }

std::string Browser::visible_text() {
  const json text = driver().run("return document.body ? document.body.innerText : '';");
  return text.is_string() ? text.get<std::string>() : std::string();
}

bool Browser::shows(const std::string& selector) {
  return driver().run("return [...document.querySelectorAll(arguments[0])].some(e => e.getClientRects().length > 0);",
                      json::array({selector})) == true;
}

std::vector<std::string> Browser::links(const std::string& selector) {
  return texts_in(driver().run("return [...document.querySelectorAll(arguments[0])].map(e => e.href).filter(h => h);",
                               json::array({selector})));
}

void Browser::scroll_to_end() { driver().run("window.scrollTo(0, document.documentElement.scrollHeight);"); }

std::vector<Cookie> Browser::cookies() { return driver().cookies(); }

}  // namespace foreview
