#include "sample/subtitles.h"

#include <fmt/format.h>

#include <cmath>

namespace foreview {
namespace {

std::string subrip_time(double seconds) {
  const long long milliseconds = std::llround(seconds * 1000);
  return fmt::format("{:02}:{:02}:{:02},{:03}", milliseconds / 3'600'000, milliseconds / 60'000 % 60,
                     milliseconds / 1000 % 60, milliseconds % 1000);
}

}  // namespace

std::string subrip_text(std::span<const SpokenWord> words) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i)
    text += fmt::format("{}\n{} --> {}\n{}\n\n", i + 1, subrip_time(words[i].start), subrip_time(words[i].end),
                        words[i].word);
  return text;
}

}  // namespace foreview
