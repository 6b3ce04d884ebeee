#include "features/video_features.h"

#include <cmath>
#include <limits>

#include "core/text.h"
#include "features/caption.h"
#include "features/speech_features.h"
#include "text/text_vectorizer.h"

namespace foreview {

std::optional<std::string> caption_of(const Record& record) {
  for (const char* field : {"description", "title"}) {
    if (record.texts.contains(field)) return clean_utf8(record.text(field));
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> tags_of(const Record& record) {
  if (!record.texts.contains("tags")) return std::nullopt;
  const std::string text = record.text("tags");
  std::vector<std::string> tags;
  for (const std::string& part : split_text(text, text.find('\n') == text.npos ? ',' : '\n')) {
    std::string tag;
    for (const std::string& word : words_of(part)) tag += (tag.empty() ? "" : " ") + word;
    if (!tag.empty()) tags.push_back(std::move(tag));
  }
  return tags;
}

const std::vector<std::string>& author_number_names() {
  static const std::vector<std::string> names = {"channel_follower_count", "channel_like_count",
                                                 "channel_video_count",    "channel_following_count",
                                                 "channel_digg_count",     "channel_friend_count"};
  return names;
}

namespace {

/// A count that was stored in 32 bits with a sign comes out negative above 2^31.
double without_overflow(double count) { return count < 0 && count >= -2147483648.0 ? count + 4294967296.0 : count; }

std::vector<double> author_numbers(const Record& record) {
  std::vector<double> numbers;
  bool any = false;
  for (const std::string& name : author_number_names()) {
    const std::optional<Quantity> number = record.number(name);
    const double count = number ? without_overflow(number->value) : std::numeric_limits<double>::quiet_NaN();
    const bool usable = std::isfinite(count) && count >= 0;
    numbers.push_back(usable ? count : std::numeric_limits<double>::quiet_NaN());
    any = any || usable;
  }
  return any ? numbers : std::vector<double>();
}

/// Each as a whole, since few videos share one by chance.
std::vector<std::string> facts_of(const Record& record) {
  std::vector<std::string> facts;
  for (const char* field : {"language", "location", "track", "artist", "topic"}) {
    std::string fact;
    for (const std::string& word : words_of(record.text(field))) fact += (fact.empty() ? "" : " ") + word;
    if (!fact.empty()) facts.push_back(std::string(field) + "=" + fact);
  }
  return facts;
}

}  // namespace

VideoFeatures assemble_features(const Record& record, const Modalities& use, const std::vector<std::string>& fields,
                                TimedVectors visual, TimedVectors audio, std::optional<Transcript> transcript,
                                MeasuredNumbers measured, std::optional<double> duration) {
  VideoFeatures features;
  features.id = record.id;
  if (use.visual) {
    features.visual = std::move(visual);
    features.colour_histogram = std::move(measured.colour_histogram);
    features.measures = std::move(measured.measures);
  }
  if (use.audio) {
    features.audio = std::move(audio);
    features.sound = std::move(measured.sound);
  }
  if (use.speech) features.transcript = std::move(transcript);
  if (features.transcript) features.speech = speech_features(*features.transcript);
  if (use.caption) features.caption = caption_of(record);
  if (use.metadata) {
    features.metadata = metadata_features(record, duration);
    const std::vector<float> named = named_features(record, fields);
    features.metadata.insert(features.metadata.end(), named.begin(), named.end());
    features.facts = facts_of(record);
    features.tags = tags_of(record).value_or(std::vector<std::string>());
  }
  features.author = record.text("uploader_id");
  features.author_numbers = author_numbers(record);
  return features;
}

}  // namespace foreview
