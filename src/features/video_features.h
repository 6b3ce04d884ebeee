#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/timed_vectors.h"
#include "dataset/record.h"
#include "features/modalities.h"
#include "media/tracks.h"
#include "speech/transcript.h"

namespace foreview {

/// Everything measured on one video that models may use. Nothing in it was fitted to labels or other videos
/// (the visual encoder apart, which saw the training split's pixels). Parts that are missing or not used are empty.
struct VideoFeatures {
  std::string id;
  TimedVectors visual;                   // ConvLSTM clip embeddings
  TimedVectors audio;                    // log-mel statistics a segment
  std::optional<Transcript> transcript;  // absent when speech is not used or there is no audio
  std::vector<float> speech;             // speech_feature_names(); empty without a transcript
  // By a text model (features/text_vectors.h): one row a spoken passage, one for the caption. Empty without one.
  TimedVectors spoken_vectors, caption_vectors;
  std::optional<std::string> caption;   // absent when not used or unknown
  std::vector<float> metadata;          // metadata_feature_names(), then named fields; NaN: unknown; empty: not used
  std::vector<float> measures;          // frame_measure_names(); empty without a visual track
  std::vector<float> sound;             // sound_measure_names(); empty without an audio track
  std::vector<float> colour_histogram;  // baseline only; empty without a visual track
  std::string author;                   // author-aware models only; empty when unknown
  std::vector<double> author_numbers;   // author-aware models only (read after posting: marked); author_number_names();
                                        // NaN: unknown; empty: none known
  std::vector<std::string> facts;       // texts known before posting, taken whole: "language=en"; empty: not used
  std::vector<std::string> tags;        // names that the video is filed under; empty: none, or not used
};

/// What formulas without training tell of the frames and of the sound.
struct MeasuredNumbers {
  std::vector<float> colour_histogram, measures, sound;
};

/// The names in a record's "tags", one a line or separated by commas; nothing when it has no such field.
std::optional<std::vector<std::string>> tags_of(const Record& record);

/// Author-free numbers known before posting: duration, caption length, word, hashtag and mention counts, posting hour
/// (sine, cosine), weekday, ... in a fixed order.
const std::vector<std::string>& metadata_feature_names();
/// `duration` in seconds when the media told it.
std::vector<float> metadata_features(const Record& record, std::optional<double> duration);

/// What a channel shows of itself, in a fixed order: followers, likes, videos, ...
const std::vector<std::string>& author_number_names();

/// Numbers of the record asked for by name, as asinh(value): like a logarithm for large ones, also for negatives. NaN
/// for unknown.
std::vector<float> named_features(const Record& record, const std::vector<std::string>& fields);

/// Joins what was measured with what is written in the record, by `use`; `fields` are numbers asked for by name.
VideoFeatures assemble_features(const Record& record, const Modalities& use, const std::vector<std::string>& fields,
                                TimedVectors visual, TimedVectors audio, std::optional<Transcript> transcript,
                                MeasuredNumbers measured, std::optional<double> duration);

}  // namespace foreview
