#include "collect/webdriver.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/json.h"

namespace foreview {
namespace {

using nlohmann::json;

constexpr double answer_within = 120;   // seconds; longer than any time-out of a page
constexpr double farewell_within = 10;  // seconds

/// Answers that mean that the session cannot be used any more.
bool is_loss(const std::string& error, const std::string& message) {
  if (error == "invalid session id" || error == "session not created" || error == "no such window") return true;
  constexpr std::array marks = {"not reachable", "disconnected", "crash", "unable to connect",
                                "target window already closed"};
  return std::any_of(marks.begin(), marks.end(), [&](const char* mark) { return message.find(mark) != message.npos; });
}

std::string first_line(const std::string& text) { return text.substr(0, std::min(text.find('\n'), size_t{300})); }

std::string text_of(const json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

[[noreturn]] void lose(const std::string& driver, const std::string& why) {
  throw BrowserLost({.file = driver, .problem = "the browser was lost: " + why});
}

}  // namespace

WebDriver::WebDriver(std::string driver, const json& always_match) : driver_(std::move(driver)) {
  while (driver_.ends_with('/')) driver_.pop_back();
  const json made = call("POST", "/session", {{"capabilities", {{"alwaysMatch", always_match}}}});
  session_ = text_of(made, "sessionId");
  if (session_.empty())
    throw Error({.file = driver_,
                 .problem = "is no WebDriver",
                 .expected = "a session id",
                 .got = dump_json(made).substr(0, 200)});
}

WebDriver::~WebDriver() {
  if (session_.empty()) return;
  try {
    call("DELETE", "/session/" + session_);
  } catch (const std::exception&) {  // gone already
  }
}

json WebDriver::call(const std::string& method, const std::string& path, const json& body) {
  WebRequest request{.method = method,
                     .address = driver_ + path,
                     .seconds = method == "DELETE" ? farewell_within : answer_within,
                     .stall_seconds = answer_within,
                     .even_when_interrupted = method == "DELETE",
                     .allow_private_addresses = true};
  if (method == "POST") {
    request.body = dump_json(body.is_null() ? json::object() : body);
    request.headers = {"Content-Type: application/json; charset=utf-8"};
  }
  const WebAnswer answer = client_.fetch(request);
  if (!answer.failure.empty()) lose(driver_, answer.failure);
  json root;
  try {
    root = parse_json(answer.body, driver_, {.max_depth = 500});
  } catch (const Error&) {
    lose(driver_, "its answer is no JSON");
  }
  const json value = root.is_object() && root.contains("value") ? root["value"] : json();
  if (answer.status == 200) return value;
  const std::string error = text_of(value, "error"), message = text_of(value, "message");
  if (is_loss(error, message)) lose(driver_, first_line(message.empty() ? error : message));
  throw Error({.file = driver_, .problem = fmt::format("the browser refused: {}: {}", error, first_line(message))});
}

void WebDriver::set_timeouts(double page_load_seconds, double script_seconds) {
  call("POST", "/session/" + session_ + "/timeouts",
       {{"pageLoad", static_cast<int>(page_load_seconds * 1000)}, {"script", static_cast<int>(script_seconds * 1000)}});
}

void WebDriver::open(const std::string& address) { call("POST", "/session/" + session_ + "/url", {{"url", address}}); }

std::string WebDriver::current_address() {
  const json value = call("GET", "/session/" + session_ + "/url");
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string WebDriver::source() {
  const json value = call("GET", "/session/" + session_ + "/source");
  return value.is_string() ? value.get<std::string>() : std::string();
}

json WebDriver::run(const std::string& script, const json& arguments) {
  return call("POST", "/session/" + session_ + "/execute/sync", {{"script", script}, {"args", arguments}});
}

std::vector<Cookie> WebDriver::cookies() {
  std::vector<Cookie> list;
  const json value = call("GET", "/session/" + session_ + "/cookie");
  if (!value.is_array()) return list;
  for (const json& one : value)
    if (one.is_object())
      list.push_back({.name = text_of(one, "name"),
                      .value = text_of(one, "value"),
                      .domain = text_of(one, "domain"),
                      .path = text_of(one, "path"),
                      .secure = one.contains("secure") && one["secure"] == true});
  return list;
}

std::vector<json> WebDriver::network_messages() {
  std::vector<json> messages;
  if (!has_log_) return messages;
  json entries;
  try {
    entries = call("POST", "/session/" + session_ + "/se/log", {{"type", "performance"}});
  } catch (const BrowserLost&) {
    throw;
  } catch (const Error&) {
    has_log_ = false;  // no chromedriver
  }
  if (!entries.is_array()) return messages;
  for (const json& entry : entries) {
    try {
      const json whole = parse_json(text_of(entry, "message"), {});
      if (whole.is_object() && whole.contains("message") && whole["message"].is_object())
        messages.push_back(whole["message"]);
    } catch (const Error&) {  // one message less
    }
  }
  return messages;
}

}  // namespace foreview
