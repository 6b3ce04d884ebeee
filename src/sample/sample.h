#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace foreview {

/// What decides the views of a sample library; truth.json says it in full.
enum class SampleLaw { visual, motion, speech, audio, interaction, mixed };

std::string_view name_of(SampleLaw law);
std::optional<SampleLaw> sample_law_from_name(std::string_view name);

struct SampleOptions {
  int videos = 100;
  uint64_t seed = 1;
  SampleLaw law = SampleLaw::mixed;
  bool subtitles = false;  ///< also write <id>.srt with the spoken words
  int workers = 0;         ///< 0: one a processor
};

/// Writes `videos` mp4 files, metadata.json (the original scraper's array plus caption and author) and truth.json into
/// `folder` (made if missing; refuses a folder that holds anything else). Same options, same bytes. Interrupted, it
/// goes on where it was. Throws Error when espeak-ng is not installed.
void make_sample(const std::filesystem::path& folder, const SampleOptions& options);

}  // namespace foreview
