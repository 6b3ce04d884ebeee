#include <algorithm>

#include "evaluation/metrics.h"
#include "regression/calibration.h"
#include "regression/forecast_model_impl.h"

namespace foreview {
namespace {

double share_below(const std::vector<double>& sorted, double value) {
  const auto below = std::ranges::lower_bound(sorted, value) - sorted.begin();
  return static_cast<double>(below) / static_cast<double>(sorted.size());
}

// What the forecast's distribution gives to each quarter of the training labels.
std::vector<double> quarters(const std::vector<double>& sorted_labels, const Prediction& prediction) {
  std::vector<double> chances;
  double above = 1;
  for (const double level : {0.25, 0.5, 0.75}) {
    const double reached =
        chance_of_reaching(quantile(sorted_labels, level), prediction.median, prediction.low, prediction.high);
    chances.push_back(std::max(0.0, above - reached));
    above = std::min(above, reached);
  }
  chances.push_back(above);
  return chances;
}

}  // namespace

Forecast ForecastModel::forecast(const VideoFeatures& video) const {
  const Impl& impl = *impl_;
  const bool aware = impl.author_aware && impl.author_aware->knows(video.author);
  const ModelName final_model{.name = "foreview",
                              .role = ModelRole::final_model,
                              .track = aware ? Track::author_aware : Track::author_free,
                              .has_interval = true};
  const TokenSequence tokens = impl.space.tokens(video);
  const Prediction prediction = impl.predict(final_model, video, tokens);
  const double best_tenth = quantile(impl.sorted_labels, 0.9);

  Forecast forecast;
  forecast.video = video.id;
  forecast.target = impl.target.name;
  forecast.median = impl.target.inverse(prediction.median);
  forecast.low = impl.target.inverse(prediction.low);
  forecast.high = impl.target.inverse(prediction.high);
  forecast.percentile = 100 * share_below(impl.sorted_labels, prediction.median);
  if (impl.target.binary)
    forecast.chance_of_top_tenth = best_tenth > 0 ? prediction.median : 1;
  else
    forecast.chance_of_top_tenth = chance_of_reaching(best_tenth, prediction.median, prediction.low, prediction.high);
  if (!impl.target.binary) forecast.chance_of_quarters = quarters(impl.sorted_labels, prediction);
  forecast.track = name_of(final_model.track);
  if (tokens.empty())
    forecast.notes.push_back("nothing in this video is known to the model: the answer is about any video");
  else if (impl.neighbourhood.is_far(impl.author_free.position(video, tokens)))
    forecast.notes.push_back("unlike every training video: the real uncertainty is larger than the interval");
  if (impl.sorted_labels.size() < 40)
    forecast.notes.push_back("the model was trained on very few videos: take the interval, not the median");
  if (impl.author_aware && !aware && !video.author.empty())
    forecast.notes.push_back("no training video by this author: the author-free model answers");
  return forecast;
}

}  // namespace foreview
