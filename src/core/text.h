#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace foreview {

/// The candidates nearest to `word` by edit distance, best first, at most `most`; for "did you mean" in errors.
std::vector<std::string> nearest_names(std::string_view word, const std::vector<std::string>& candidates,
                                       size_t most = 3);
/// Valid UTF-8 with bad bytes replaced by U+FFFD, NULs and control characters by spaces; for hostile strings.
std::string clean_utf8(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::vector<std::string> split_text(std::string_view text, char separator);
std::string lower_ascii(std::string_view text);

}  // namespace foreview
