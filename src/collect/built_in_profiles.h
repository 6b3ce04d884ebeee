#pragma once

#include <span>
#include <string_view>

// Internal to this folder: the files of share/profiles, put into the program when it is built.
namespace foreview {

struct BuiltInProfile {
  std::string_view name, toml;
};

extern const std::span<const BuiltInProfile> built_in_profile_texts;

}  // namespace foreview
