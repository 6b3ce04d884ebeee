#include "collect/web_address.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>

#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw Error({.file = std::string(text.substr(0, 200)),
               .problem = "is no address of a web page: " + why,
               .expected = "https://host/path",
               .advice = "check the address"});
}

int port_of(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

}  // namespace

WebAddress WebAddress::parse(std::string_view text) {
  const size_t colon = text.find("://");
  if (colon == text.npos) refuse(text, "it has no scheme");
  WebAddress address{.scheme = lower_ascii(text.substr(0, colon))};
  if (address.scheme != "http" && address.scheme != "https") refuse(text, "its scheme is neither http nor https");
  const std::string_view rest = text.substr(colon + 3);
  const size_t end = rest.find_first_of("/?#");
  std::string_view authority = rest.substr(0, end);
  if (authority.find('@') != authority.npos) refuse(text, "it holds a user's name");
  const size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;  // [::1]:80
  if (bracket == authority.npos) refuse(text, "a bracket is not closed");
  const size_t port = authority.find(':', bracket);
  address.port = port_of(address.scheme);
  if (port != authority.npos) {
    const std::string_view digits = authority.substr(port + 1);
    const auto [last, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    if (problem != std::errc() || last != digits.data() + digits.size() || address.port < 1 || address.port > 65535)
      refuse(text, "its port is no number");
    authority = authority.substr(0, port);
  }
  address.host = lower_ascii(authority);
  if (address.host.empty()) refuse(text, "it has no host");
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\\') refuse(text, "it holds blanks, control characters or \\");
  std::string target = end == rest.npos ? "" : std::string(rest.substr(end));
  target = target.substr(0, target.find('#'));
  address.target = target.starts_with('/') ? target : "/" + target;
  return address;
}

std::string WebAddress::origin() const {
  const bool usual = port == port_of(scheme);
  return usual ? fmt::format("{}://{}", scheme, host) : fmt::format("{}://{}:{}", scheme, host, port);
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
      encoded += static_cast<char>(c);
    else
      encoded += fmt::format("%{:02X}", c);
  }
  return encoded;
}

}  // namespace foreview
