#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "evaluation/fold_scores.h"

// cross_validation.json, schema 1 (docs/formats/metrics-json.md), and the same for people.
namespace foreview {
namespace {

using Field = std::optional<double> Metrics::*;
struct Figure {
  const char *key, *heading;
  Field field;
};
constexpr Figure regression_figures[] = {{"nmse", "nMSE", &Metrics::nmse},
                                         {"spearman", "Spearman", &Metrics::spearman},
                                         {"mae", "MAE", &Metrics::mae},
                                         {"mape", "MAPE", &Metrics::mape},
                                         {"coverage80", "in 80 %", &Metrics::coverage80},
                                         {"width80", "width", &Metrics::width80}};
constexpr Figure binary_figures[] = {{"auc", "AUC", &Metrics::auc},
                                     {"accuracy", "accuracy", &Metrics::accuracy},
                                     {"nmse", "nMSE", &Metrics::nmse}};

std::vector<Figure> figures_of(const EvaluationOptions& options) {
  if (options.binary) return {std::begin(binary_figures), std::end(binary_figures)};
  return {std::begin(regression_figures), std::end(regression_figures)};
}

std::vector<std::optional<double>> values_of(const FoldScore& model, Field field) {
  std::vector<std::optional<double>> values;
  for (const Metrics& metrics : model.by_seed) values.push_back(metrics.*field);
  return values;
}

std::vector<std::optional<double>> inside_folds(const FoldScore& model) {
  return {model.auc_inside_folds.begin(), model.auc_inside_folds.end()};
}

nlohmann::json spread_json(const std::vector<std::optional<double>>& values) {
  const auto spread = spread_of(values);
  if (!spread) return nullptr;
  nlohmann::json by_seed = nlohmann::json::array();
  for (const auto& value : values) by_seed.push_back(*value);
  return {{"mean", spread->mean}, {"deviation", spread->deviation}, {"by_seed", by_seed}};
}

nlohmann::json model_json(const FoldScore& model, const EvaluationOptions& options) {
  nlohmann::json json{
      {"name", clean_utf8(model.name)}, {"role", name_of(model.role)}, {"track", name_of(model.track)}};
  json["test"] = nlohmann::json::object();
  for (const Figure& figure : figures_of(options))
    if (nlohmann::json spread = spread_json(values_of(model, figure.field)); !spread.is_null())
      json["test"][figure.key] = std::move(spread);
  if (!model.auc_inside_folds.empty()) json["test"]["auc_inside_folds"] = spread_json(inside_folds(model));
  for (const PairedDifference& difference : model.by_floor)
    json["against_best_floor"].push_back(
        {{"delta_nmse", difference.delta}, {"low", difference.low}, {"high", difference.high}});
  return json;
}

std::string cell(const std::vector<std::optional<double>>& values) {
  const auto spread = spread_of(values);
  if (!spread) return "-";
  return values.size() > 1 ? fmt::format("{:.3f} ± {:.3f}", spread->mean, spread->deviation)
                           : fmt::format("{:.3f}", spread->mean);
}

// fmt counts "±" as one character, as it should.
std::string padded(const std::string& text, size_t width) { return fmt::format("{:>{}}", text, width); }

std::string floors_cell(const FoldScore& model) {
  std::vector<std::string> parts;
  for (const PairedDifference& one : model.by_floor)
    parts.push_back(fmt::format("{:+.3f} [{:+.3f}, {:+.3f}]", one.delta, one.low, one.high));
  return join(parts, "; ");
}

}  // namespace

nlohmann::json FoldScores::to_json() const {
  nlohmann::json json{{"schema", 1},
                      {"target", clean_utf8(options.target)},
                      {"transform", options.transform},
                      {"split", options.split_kind},
                      {"folds", folds},
                      {"seeds", seeds},
                      {"videos", options.test},
                      {"shared_encoder", shared_encoder},
                      {"models", nlohmann::json::array()},
                      {"verdicts", nlohmann::json::array()}};
  for (const FoldScore& model : models) json["models"].push_back(model_json(model, options));
  for (const Verdict verdict : verdicts) json["verdicts"].push_back(name_of(verdict));
  return json;
}

std::string FoldScores::table() const {
  std::string text = fmt::format(
      "{}: {} videos, each tested once in {} folds (split by {}), {} seed{}: mean over seeds ± their deviation.\n",
      clean_utf8(options.target), options.test, folds, options.split_kind, seeds, seeds == 1 ? "" : "s");
  text += shared_encoder ? "The visual encoder was shared: it has seen the pixels of test videos, never a label.\n\n"
                         : "Everything fitted, the visual encoder too, was fitted anew without a fold's test videos.\n\n";
  text += fmt::format("{:<24}  {:<8}  {:<6}", "model", "role", "author");
  for (const Figure& figure : figures_of(options)) text += padded(figure.heading, 16);
  if (options.binary) text += padded("AUC inside folds", 18);
  text += "  nMSE - best floor's [95 %], by seed\n";
  for (const FoldScore& model : models) {
    text += fmt::format("{:<24}  {:<8}  {:<6}", clean_utf8(model.name), name_of(model.role),
                        model.track == Track::author_free ? "unused" : "used");
    for (const Figure& figure : figures_of(options)) text += padded(cell(values_of(model, figure.field)), 16);
    if (options.binary) text += padded(cell(inside_folds(model)), 18);
    text += "  " + floors_cell(model) + "\n";
  }
  const auto skilled = std::ranges::count(verdicts, Verdict::skill);
  return text + fmt::format("\nSkill in {} of {} seeds.\n", skilled, verdicts.size());
}

}  // namespace foreview
