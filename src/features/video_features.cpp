#include "features/video_features.h"

#include <cmath>

#include "core/text.h"
#include "features/caption.h"

namespace foreview {

std::optional<std::string> caption_of(const Record& record) {
  for (const char* field : {"description", "title"}) {
    if (record.texts.contains(field)) return clean_utf8(record.text(field));
  }
  return std::nullopt;
}

VideoFeatures assemble_features(const Record& record, const Modalities& use, const std::vector<std::string>& fields,
                                TimedVectors visual, TimedVectors audio, std::optional<Transcript> transcript,
                                std::vector<float> colour_histogram, std::optional<double> duration) {
  VideoFeatures features;
  features.id = record.id;
  if (use.visual) {
    features.visual = std::move(visual);
    features.colour_histogram = std::move(colour_histogram);
  }
  if (use.audio) features.audio = std::move(audio);
  if (use.speech) features.transcript = std::move(transcript);
  if (use.caption) features.caption = caption_of(record);
  if (use.metadata) {
    features.metadata = metadata_features(record, duration);
    const std::vector<float> named = named_features(record, fields);
    features.metadata.insert(features.metadata.end(), named.begin(), named.end());
  }
  features.author = record.text("uploader_id");
  if (const std::optional<Quantity> followers = record.number("channel_follower_count");
      followers && std::isfinite(followers->value) && followers->value >= 0) {
    features.followers = followers->value;
  }
  return features;
}

}  // namespace foreview
