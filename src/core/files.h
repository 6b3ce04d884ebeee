#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace foreview {

/// Whole file as bytes; throws Error when unreadable or larger than max_bytes.
std::string read_file(const std::filesystem::path& file, size_t max_bytes = size_t{1} << 30);
/// Writes under a temporary name in the same folder, flushes to disk, renames: readers see all of it or nothing.
/// Makes missing parent folders. Throws Error (disk full, no permission) and removes the temporary file.
void write_file_atomically(const std::filesystem::path& file, std::string_view bytes);
/// The temporary name used for `file` by this process; also for writers that stream (then call publish_file).
std::filesystem::path temporary_name(const std::filesystem::path& file);
/// fsync + rename of a finished temporary file onto its name.
void publish_file(const std::filesystem::path& temporary, const std::filesystem::path& file);
/// Removes temporary files that processes no longer alive left below `folder`. Returns how many.
int remove_stale_temporaries(const std::filesystem::path& folder);

}  // namespace foreview
