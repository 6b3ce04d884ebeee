#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/random.h"
#include "regression/forecast_model.h"

namespace foreview::testing {

/// Videos made by hand with a known law: four factors, one each in the clips, the sound, the words and the metadata,
/// move log1p(views); the rest is noise of deviation 0.4 (about 85 % of the variance can be learnt).
struct SyntheticOptions {
  size_t count = 160;
  uint64_t seed = 1;
  bool visual = true, audio = true, speech = true, caption = true, metadata = true;
  double missing = 0;        ///< chance that a video lacks a kind
  int authors = 0;           ///< 0: unknown
  double author_effect = 0;  ///< deviation of the authors' own level
  int visual_size = 48, audio_size = 24;
};

inline TimedVectors synthetic_vectors(int dimension, size_t count, double factor, uint64_t direction_seed,
                                      Random& random) {
  TimedVectors vectors{.dimension = dimension, .values = {}, .spans = {}};
  for (size_t i = 0; i < count; ++i) {
    Random direction(direction_seed);
    for (int d = 0; d < dimension; ++d)
      vectors.values.push_back(static_cast<float>(factor * direction.normal() + 0.7 * random.normal() + 0.2 * d));
    vectors.spans.push_back({4.0 * static_cast<double>(i), 4.0 * static_cast<double>(i) + 4.0});
  }
  return vectors;
}

inline std::vector<LabelledVideo> synthetic_videos(const SyntheticOptions& options) {
  static const std::vector<std::string> topics = {"cooking recipe dinner", "football match goal",
                                                  "kitten sleeps softly", "exam study library"};
  static const double topic_effect[] = {1.2, -1.2, 0.6, -0.6};
  std::vector<double> author_levels;
  Random level_random(99);
  for (int a = 0; a < options.authors; ++a) author_levels.push_back(options.author_effect * level_random.normal());
  std::vector<LabelledVideo> videos;
  Random random(options.seed);
  for (size_t i = 0; i < options.count; ++i) {
    VideoFeatures f;
    f.id = "video" + std::to_string(i);
    const double visual = random.normal(), audio = random.normal(), number = random.normal();
    const size_t topic = random.below(topics.size()), clips = 1 + random.below(4);
    const auto there = [&](bool used) { return random.uniform() >= options.missing && used; };
    double views = 9 + 0.8 * visual + 0.6 * audio + 0.5 * number + topic_effect[topic] * 0.6 + 0.4 * random.normal();
    if (there(options.visual)) {
      f.visual = synthetic_vectors(options.visual_size, clips, visual, 7, random);
      for (int bin = 0; bin < 64; ++bin) f.colour_histogram.push_back(static_cast<float>(random.uniform() / 32));
    }
    if (there(options.audio)) f.audio = synthetic_vectors(options.audio_size, clips + 1, audio, 8, random);
    if (there(options.speech))
      f.transcript = Transcript{.source = "test", .language = "en", .segments = {{topics[topic], 0.5, 3.0}}};
    if (there(options.caption)) f.caption = "caption about " + topics[random.below(topics.size())];
    if (there(options.metadata))
      f.metadata = {static_cast<float>(number), static_cast<float>(random.normal()),
                    i % 5 ? 1.0F : std::numeric_limits<float>::quiet_NaN()};
    if (options.authors > 0) {
      const size_t author = random.below(author_levels.size());
      f.author = "author" + std::to_string(author);
      views += author_levels[author];
    }
    videos.push_back({std::move(f), Quantity::exact(std::expm1(std::max(0.0, views)))});
  }
  return videos;
}

inline Target view_target() { return {.name = "view_count", .transform = Transform::log1p, .binary = false}; }

/// Small and quick, for tests that do not ask how good the model is.
inline TrainOptions quick_options() {
  TrainOptions options;
  options.model_dimension = 16;
  options.layers = 1;
  options.heads = 2;
  options.epochs = 6;
  options.members = 2;
  options.tree_rounds = 30;
  options.perceptron_steps = 60;
  options.text_dimension = 8;
  return options;
}

inline std::vector<VideoFeatures> features_of(const std::vector<LabelledVideo>& videos) {
  std::vector<VideoFeatures> features;
  for (const auto& video : videos) features.push_back(video.features);
  return features;
}

inline std::vector<double> modelled_labels_of(const std::vector<LabelledVideo>& videos, const Target& target) {
  std::vector<double> labels;
  for (const auto& video : videos) labels.push_back(target.forward(video.label.value));
  return labels;
}

inline std::vector<LabelledVideo> part_of(const std::vector<LabelledVideo>& videos, size_t from, size_t to) {
  return {videos.begin() + static_cast<std::ptrdiff_t>(from), videos.begin() + static_cast<std::ptrdiff_t>(to)};
}

}  // namespace foreview::testing
