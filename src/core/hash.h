#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace foreview {

/// SHA-256 in lower-case hexadecimal (64 characters).
std::string sha256_hex(std::string_view bytes);
/// SHA-256 of a file's bytes; throws Error when it cannot be read.
std::string sha256_file(const std::filesystem::path& file);
/// The first 16 hexadecimal digits of the SHA-256: names feature folders and stage states.
std::string fingerprint(std::string_view canonical_text);
/// A number in [0, 1) that depends on the text alone: stable assignment to splits.
double unit_hash(std::string_view text);

}  // namespace foreview
