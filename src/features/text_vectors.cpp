#include "features/text_vectors.h"

#include <fmt/format.h>

#include "core/hash.h"

namespace foreview {
namespace {

// Subtitles cut speech into lines of some words; a passage of about three sentences is what sentence models are made
// for, and stays below the 128 tokens that the shortest of them take.
constexpr size_t passage_characters = 300;

}  // namespace

std::vector<Passage> caption_passages(const std::optional<std::string>& caption) {
  if (!caption) return {};
  return {Passage{.text = *caption}};
}

std::vector<Passage> spoken_passages(const std::optional<Transcript>& transcript) {
  std::vector<Passage> passages;
  if (!transcript) return passages;
  for (const TranscriptSegment& segment : transcript->segments) {
    if (passages.empty() || passages.back().text.size() + segment.text.size() > passage_characters) {
      passages.push_back({segment.text, {segment.start, segment.end}});
    } else {
      passages.back().text += " " + segment.text;
      passages.back().span[1] = segment.end;
    }
  }
  return passages;
}

std::string passages_key(const std::vector<Passage>& passages) {
  std::string all;
  for (const Passage& passage : passages)
    all += fmt::format("{} {} {} {}\n", passage.span[0], passage.span[1], passage.text.size(), passage.text);
  return sha256_hex(all);
}

std::vector<TimedVectors> text_vectors(const SentenceEncoder& encoder,
                                       const std::vector<std::vector<Passage>>& passages) {
  std::vector<std::string> texts;
  for (const auto& group : passages)
    for (const Passage& passage : group) texts.push_back(passage.text);
  const std::vector<std::vector<float>> vectors = encoder.encode(texts);
  std::vector<TimedVectors> groups;
  size_t next = 0;
  for (const auto& group : passages) {
    TimedVectors timed{.dimension = encoder.dimension(), .values = {}, .spans = {}};
    for (const Passage& passage : group) {
      timed.values.insert(timed.values.end(), vectors[next].begin(), vectors[next].end());
      timed.spans.push_back(passage.span);
      ++next;
    }
    groups.push_back(std::move(timed));
  }
  return groups;
}

}  // namespace foreview
