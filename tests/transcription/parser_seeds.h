#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace foreview::testing {

/// A parser of files from elsewhere, with a small sound file to be damaged.
struct ParserSeed {
  std::string name;
  std::string bytes;
  bool is_text = false;
  /// Parses `bytes`; may write below `folder`. Throws Error when they are not sound.
  std::function<void(const std::string& bytes, const std::filesystem::path& folder)> parse;
};

/// Safetensors, whisper.cpp's ggml, tokenizer files, subtitles.
std::vector<ParserSeed> parser_seeds();

struct MutationCounts {
  int parsed = 0, refused = 0;
};

/// Parses `copies` damaged copies of a seed. Throws std::runtime_error when one ends in anything but a result or an Error
/// of one line.
MutationCounts parse_damaged_copies(const ParserSeed& seed, int copies, uint64_t random_seed,
                                    const std::filesystem::path& folder);

}  // namespace foreview::testing
