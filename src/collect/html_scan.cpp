#include "collect/html_scan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "core/text.h"

namespace foreview {
namespace {

constexpr std::string_view blanks = " \t\r\n\f";

std::string utf8_of(uint32_t code) {
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
  std::string bytes;
  const auto put = [&](uint32_t byte) { bytes += static_cast<char>(byte); };
  if (code < 0x80) return put(code), bytes;
  if (code < 0x800) return put(0xC0 | code >> 6), put(0x80 | (code & 0x3F)), bytes;
  if (code < 0x10000) return put(0xE0 | code >> 12), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F)), bytes;
  put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F)), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
  return bytes;
}

/// The characters that "&name;" stands for; empty when it is not known.
std::string character_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> named = {
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", "\u00a0"}}};
  for (const auto& [known, character] : named)
    if (known == name) return std::string(character);
  if (!name.starts_with('#')) return {};
  const bool hexadecimal = name.starts_with("#x") || name.starts_with("#X");
  const std::string_view digits = name.substr(hexadecimal ? 2 : 1);
  uint32_t code = 0;
  const auto [end, problem] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
  if (problem != std::errc() || end != digits.data() + digits.size()) return {};
  return utf8_of(code);
}

/// The attributes of the tag whose name ends before `at`; moves `at` behind the tag's ">".
std::map<std::string, std::string> read_attributes(std::string_view page, size_t& at) {
  std::map<std::string, std::string> attributes;
  for (;;) {
    at = page.find_first_not_of(" \t\r\n\f/", at);
    if (at == page.npos || page[at] == '>') break;
    const size_t name_end = std::min(page.find_first_of(" \t\r\n\f/>=", at + 1), page.size());
    const std::string name = lower_ascii(page.substr(at, name_end - at));
    at = page.find_first_not_of(blanks, name_end);
    std::string_view value;
    if (at != page.npos && page[at] == '=') {
      at = page.find_first_not_of(blanks, at + 1);
      if (at == page.npos) break;
      const char quote = page[at];
      const bool quoted = quote == '"' || quote == '\'';
      const size_t start = quoted ? at + 1 : at;
      const size_t end = quoted ? page.find(quote, start) : page.find_first_of(" \t\r\n\f>", start);
      value = page.substr(start, std::min(end, page.size()) - start);
      at = end == page.npos ? page.npos : end + quoted;
    }
    attributes.emplace(name, resolve_character_references(value));
  }
  if (at != page.npos) ++at;
  return attributes;
}

/// Where `name` (lower case) begins from `at` on, in any case.
size_t find_without_case(std::string_view page, std::string_view name, size_t at) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  const auto found = std::search(page.begin() + static_cast<std::ptrdiff_t>(std::min(at, page.size())), page.end(),
                                 name.begin(), name.end(), same);
  return found == page.end() ? page.npos : static_cast<size_t>(found - page.begin());
}

bool is_tag(std::string_view page, size_t at, std::string_view name) {
  const std::string_view rest = page.substr(at + 1, name.size() + 1);
  return rest.size() > name.size() && lower_ascii(rest.substr(0, name.size())) == name &&
         (blanks.find(rest.back()) != blanks.npos || rest.back() == '>' || rest.back() == '/');
}

}  // namespace

std::string resolve_character_references(std::string_view text) {
  std::string resolved;
  constexpr size_t longest = 12;  // "&#x10FFFF;" and the named ones are shorter
  while (!text.empty()) {
    const size_t mark = std::min(text.find('&'), text.size());
    resolved += text.substr(0, mark);
    text.remove_prefix(mark);
    if (text.empty()) break;
    const size_t end = text.substr(0, longest).find(';');
    const std::string character = end == text.npos ? std::string() : character_of(text.substr(1, end - 1));
    resolved += character.empty() ? "&" : character;
    text.remove_prefix(character.empty() ? 1 : end + 1);
  }
  return resolved;
}

HtmlScan::HtmlScan(std::string_view page) {
  for (size_t at = page.find('<'); at != page.npos; at = page.find('<', at)) {
    if (page.substr(at).starts_with("<!--")) {
      at = page.find("-->", at);
    } else if (is_tag(page, at, "script")) {
      at += std::string_view("<script").size();
      HtmlScript script{.attributes = read_attributes(page, at), .text = {}};
      if (at == page.npos) break;
      const size_t end = find_without_case(page, "</script", at);
      if (end == page.npos) break;  // cut off: its text cannot be whole
      script.text = page.substr(at, end - at);
      scripts_.push_back(std::move(script));
      at = end;
      ++at;
    } else if (is_tag(page, at, "meta")) {
      at += std::string_view("<meta").size();
      auto attributes = read_attributes(page, at);
      const std::string name = attributes.contains("property") ? attributes["property"] : attributes["name"];
      if (!name.empty()) metas_.push_back({name, attributes["content"]});
      if (at == page.npos) break;
    } else {
      ++at;
    }
    if (at == page.npos) break;
  }
}

}  // namespace foreview
