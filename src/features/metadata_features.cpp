#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/text.h"
#include "dataset/posting_time.h"
#include "features/caption.h"
#include "features/video_features.h"
#include "text/text_vectorizer.h"

namespace foreview {
namespace {

constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
constexpr double seconds_a_day = 86400, seconds_a_week = 7 * seconds_a_day;
constexpr double first_monday = 4 * seconds_a_day;  // 1970-01-05, seconds since the epoch

struct CaptionCounts {
  double words = 0, hashtags = 0, mentions = 0, emoji = 0;
};

CaptionCounts count_words(const std::string& caption) {
  CaptionCounts counts;
  for (const std::string& word : words_of(caption)) {
    const auto lead = static_cast<unsigned char>(word.front());
    if (lead == '#') {
      ++counts.hashtags;
    } else if (lead == '@') {
      ++counts.mentions;
    } else if (lead == 0xF0 && static_cast<unsigned char>(word[1]) == 0x9F) {
      ++counts.emoji;  // U+1F000 to U+1FFFF
    } else {
      ++counts.words;
    }
  }
  return counts;
}

/// Code points that are not continuation bytes.
double characters_of(const std::string& text) {
  return static_cast<double>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

float share_of_upper_case(const std::string& text) {
  double upper = 0, lower = 0;
  for (char c : text) {
    upper += c >= 'A' && c <= 'Z';
    lower += c >= 'a' && c <= 'z';
  }
  return upper + lower > 0 ? static_cast<float>(upper / (upper + lower)) : 0;
}

void add_caption_features(const std::optional<std::string>& caption, std::vector<float>& features) {
  features.push_back(caption.has_value());
  if (!caption) {
    features.insert(features.end(), 9, unknown);
    return;
  }
  const std::string text = clean_utf8(*caption);
  const CaptionCounts counts = count_words(text);
  for (double count : {characters_of(text), counts.words, counts.hashtags, counts.mentions, counts.emoji,
                       static_cast<double>(std::count(text.begin(), text.end(), '?')),
                       static_cast<double>(std::count(text.begin(), text.end(), '!'))}) {
    features.push_back(static_cast<float>(std::log1p(count)));
  }
  features.push_back(share_of_upper_case(text));
  features.push_back(text.find("http://") != std::string::npos || text.find("https://") != std::string::npos);
}

/// Place within a cycle, as an angle.
double phase(double seconds, double cycle) {
  return 2 * std::numbers::pi * (seconds / cycle - std::floor(seconds / cycle));
}

void add_posting_features(std::optional<double> posted, std::vector<float>& features) {
  if (!posted || !std::isfinite(*posted)) {
    features.insert(features.end(), 5, unknown);
    return;
  }
  const double day = phase(*posted, seconds_a_day), week = phase(*posted - first_monday, seconds_a_week);
  for (double value : {std::sin(day), std::cos(day), std::sin(week), std::cos(week)}) {
    features.push_back(static_cast<float>(value));
  }
  const double day_of_week = std::floor(week / (2 * std::numbers::pi) * 7);  // 0 is Monday
  features.push_back(day_of_week >= 5);
}

}  // namespace

const std::vector<std::string>& metadata_feature_names() {
  static const std::vector<std::string> names = {"duration_log1p",
                                                 "has_caption",
                                                 "caption_characters_log1p",
                                                 "caption_words_log1p",
                                                 "hashtags_log1p",
                                                 "mentions_log1p",
                                                 "emoji_log1p",
                                                 "question_marks_log1p",
                                                 "exclamation_marks_log1p",
                                                 "upper_case_share",
                                                 "has_link",
                                                 "posting_hour_sine",
                                                 "posting_hour_cosine",
                                                 "posting_weekday_sine",
                                                 "posting_weekday_cosine",
                                                 "posted_at_weekend",
                                                 "width_log1p",
                                                 "height_log1p",
                                                 "track_duration_log1p",
                                                 "tags_log1p"};
  return names;
}

std::vector<float> metadata_features(const Record& record, std::optional<double> duration) {
  if (!duration) {
    if (const std::optional<Quantity> stated = record.number("duration")) duration = stated->value;
  }
  const bool known = duration && std::isfinite(*duration) && *duration >= 0;
  std::vector<float> features = {known ? static_cast<float>(std::log1p(*duration)) : unknown};
  add_caption_features(caption_of(record), features);
  add_posting_features(posted_unix(record), features);
  for (const char* field : {"width", "height", "track_duration"}) {
    const std::optional<Quantity> number = record.number(field);
    const bool usable = number && std::isfinite(number->value) && number->value >= 0;
    features.push_back(usable ? static_cast<float>(std::log1p(number->value)) : unknown);
  }
  const auto tags = tags_of(record);
  features.push_back(tags ? static_cast<float>(std::log1p(static_cast<double>(tags->size()))) : unknown);
  return features;
}

std::vector<float> named_features(const Record& record, const std::vector<std::string>& fields) {
  std::vector<float> features;
  for (const std::string& field : fields) {
    const std::optional<Quantity> number = record.number(field);
    features.push_back(number && std::isfinite(number->value) ? static_cast<float>(std::asinh(number->value))
                                                              : unknown);
  }
  return features;
}

}  // namespace foreview
