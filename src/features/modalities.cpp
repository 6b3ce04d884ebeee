#include "features/modalities.h"

#include <array>
#include <utility>
#include <vector>

#include "core/text.h"
#include "foreview/error.h"

namespace foreview {
namespace {

/// Name and member of each kind, in the order of the token sequence.
constexpr std::array<std::pair<const char*, bool Modalities::*>, 5> kinds = {{{"visual", &Modalities::visual},
                                                                              {"audio", &Modalities::audio},
                                                                              {"speech", &Modalities::speech},
                                                                              {"caption", &Modalities::caption},
                                                                              {"metadata", &Modalities::metadata}}};

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const auto& [name, member] : kinds) names.emplace_back(name);
  return names;
}

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

void switch_on(Modalities& use, const std::string& wanted) {
  for (const auto& [name, member] : kinds) {
    if (wanted == name) {
      use.*member = true;
      return;
    }
  }
  const std::vector<std::string> near = nearest_names(wanted, kind_names(), 1);
  throw Error({.problem = "there is no token kind \"" + clean_utf8(wanted) + "\"",
               .expected = join(kind_names(), ", "),
               .advice = near.empty() ? "" : "did you mean \"" + near.front() + "\"?"},
              ErrorKind::usage);
}

}  // namespace

Modalities Modalities::parse(const std::string& comma_separated) {
  Modalities use{.visual = false, .audio = false, .speech = false, .caption = false, .metadata = false};
  bool any = false;
  for (const std::string& part : split_text(comma_separated, ',')) {
    const std::string name = trimmed(part);
    if (name.empty()) continue;
    switch_on(use, name);
    any = true;
  }
  if (!any) {
    throw Error({.problem = "no token kind was given",
                 .expected = "a list like visual,audio",
                 .advice = "choose from " + join(kind_names(), ", ")},
                ErrorKind::usage);
  }
  return use;
}

std::string Modalities::text() const {
  std::vector<std::string> used;
  for (const auto& [name, member] : kinds) {
    if (this->*member) used.emplace_back(name);
  }
  return join(used, ",");
}

}  // namespace foreview
