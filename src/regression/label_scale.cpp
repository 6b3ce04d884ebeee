#include "regression/label_scale.h"

#include <algorithm>
#include <cmath>

namespace foreview {

LabelScale LabelScale::fit(const std::vector<double>& modelled, const Target& target) {
  LabelScale scale;
  const double count = static_cast<double>(modelled.size());
  double sum = 0, squares = 0;
  for (double label : modelled) sum += label;
  scale.mean = sum / count;
  for (double label : modelled) squares += (label - scale.mean) * (label - scale.mean);
  const double deviation = std::sqrt(squares / count);
  scale.deviation = deviation > 1e-9 * (1 + std::abs(scale.mean)) ? deviation : 1;

  const auto [least, most] = std::ranges::minmax(modelled);
  const double reach = 10 * std::max(most - least, std::max(1.0, std::abs(scale.mean)));
  scale.least = least - reach;
  scale.most = most + reach;
  // Views of ordinary videos scatter by a factor of several: about 2 on the log1p scale.
  double typical = std::max(deviation, 0.5 * std::abs(scale.mean));
  if (target.transform == Transform::log1p) {
    typical = std::max(deviation, 2.0);
    scale.least = 0;
    scale.most = most + 30;
  }
  if (target.binary) {
    typical = 0.5;
    scale.least = 0;
    scale.most = 1;
  }
  scale.typical_error = std::max(typical, 1e-6) / scale.deviation;
  return scale;
}

Prediction LabelScale::prediction(double median, double below, double above) const {
  const auto back = [&](double value) { return std::clamp(mean + deviation * value, least, most); };
  return {back(median), back(median - below), back(median + above)};
}

nlohmann::json LabelScale::to_json() const {
  return {{"mean", mean}, {"deviation", deviation}, {"least", least}, {"most", most}, {"typical_error", typical_error}};
}

LabelScale LabelScale::from_json(const nlohmann::json& json) {
  LabelScale scale;
  scale.mean = json.at("mean").get<double>();
  scale.deviation = json.at("deviation").get<double>();
  scale.least = json.at("least").get<double>();
  scale.most = json.at("most").get<double>();
  scale.typical_error = json.at("typical_error").get<double>();
  if (!(scale.deviation > 0) || !(scale.least <= scale.most))
    throw nlohmann::json::other_error::create(501, "impossible label scale", nullptr);
  return scale;
}

}  // namespace foreview
