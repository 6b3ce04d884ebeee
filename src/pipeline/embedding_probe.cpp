#include "pipeline/embedding_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/files.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/json.h"
#include "core/progress.h"
#include "core/random.h"
#include "dataset/target.h"
#include "foreview/error.h"
#include "pipeline/probe_inputs.h"
#include "regression/gradient_trees.h"
#include "regression/ridge.h"
#include "visual/visual_encoder.h"

namespace foreview {
namespace {

constexpr int inner_folds = 4;
constexpr int tree_rounds = 100;
constexpr const char* version = "probe-4";

// Many numbers that say nothing cost a linear model more than they can give: whether it reads all blocks or one alone
// is decided like its penalty, by what held best inside the training rows. `asked` is predicted.
std::vector<double> linear_predictions(const ProbeMatrix& known, const ProbeMatrix& asked,
                                       const std::vector<double>& labels, const Folds& inner) {
  const std::set<int> blocks(known.block_of_column.begin(), known.block_of_column.end());
  std::vector<std::pair<ProbeMatrix, ProbeMatrix>> choices{{known, asked}};
  if (blocks.size() > 1)
    for (const int block : blocks) choices.emplace_back(known.only(block), asked.only(block));
  std::vector<double> best;
  double best_error = INFINITY;
  for (const auto& [training, test] : choices) {
    const Ridge::Fitted fitted = Ridge::fit(training.rows, training.block_of_column, labels, inner);
    double error = 0;
    for (size_t row = 0; row < labels.size(); ++row) error += std::pow(fitted.out_of_fold[row] - labels[row], 2);
    if (error >= best_error) continue;
    best_error = error;
    best.clear();
    for (size_t row = 0; row < test.rows.rows; ++row) best.push_back(fitted.ridge.predict(test.rows.row(row)));
  }
  return best;
}

// Predictions for the rows of `fold` by a model fitted to all others; everything is chosen among those.
std::vector<double> predictions_of(const std::string& model, const ProbeMatrix& input, const ProbeRows& rows,
                                   const std::vector<size_t>& train, const std::vector<size_t>& test, uint64_t seed) {
  std::vector<double> labels;
  std::vector<std::string> groups;
  double mean = 0;
  for (const size_t row : train) {
    labels.push_back(rows.labels[row]);
    groups.push_back(rows.groups[row]);
    mean += rows.labels[row] / static_cast<double>(train.size());
  }
  for (double& label : labels) label -= mean;
  const Folds inner = make_folds(groups, inner_folds, derive_seed(seed, "inner folds"));
  const Matrix known = input.rows.take(train), asked = input.rows.take(test);
  std::vector<double> predictions;
  if (model == "linear") {
    predictions = linear_predictions({known, input.block_of_column}, {asked, input.block_of_column}, labels, inner);
  } else {
    predictions = GradientTrees::fit(known, labels, inner, tree_rounds, seed).trees.predict(asked);
  }
  for (double& prediction : predictions) prediction += mean;
  return predictions;
}

using Key = std::pair<std::string, std::string>;                      // model, input
using Predictions = std::map<Key, std::vector<std::vector<double>>>;  // [seeds][rows]

void probe_seed(RunContext& run, const ProbeOptions& options, ProbeInputs& inputs, int seed, Progress& progress,
                EmbeddingProbe& probe, Predictions& all) {
  const ProbeRows& rows = inputs.rows();
  const uint64_t fold_seed = derive_seed(static_cast<uint64_t>(run.config.seed), fmt::format("probe {}", seed));
  const Folds folds = make_folds(rows.groups, options.folds, fold_seed);
  probe.folds = folds.count;
  for (int fold = 0; fold < folds.count; ++fold) {
    throw_if_interrupted();
    const std::vector<size_t> train = folds.outside(fold), test = folds.inside(fold);
    if (options.within_folds) inputs.pretrain_without(test, fold_seed);
    for (const std::string& name : ProbeInputs::names()) {
      if (!inputs.has(name)) continue;
      for (const char* model : {"linear", "trees"}) {
        auto& seeds = all[{model, name}];
        seeds.resize(static_cast<size_t>(seed) + 1, std::vector<double>(rows.labels.size()));
        const auto predicted = predictions_of(model, inputs.matrix(name), rows, train, test, fold_seed);
        for (size_t i = 0; i < test.size(); ++i) seeds.back()[test[i]] = predicted[i];
      }
    }
    progress.advance();
  }
}

// What is held against `name`: half against half, the whole vector against all else; nothing against pretrained ones.
std::string gaining_input(const std::string& name) {
  for (const int block : {0, 1}) {
    if (name == ProbeInputs::part(ProbeInputs::random, block)) return ProbeInputs::part(ProbeInputs::pretrained, block);
    if (name == ProbeInputs::part(ProbeInputs::pretrained, block)) return "";
  }
  return name == ProbeInputs::pretrained ? "" : ProbeInputs::pretrained;
}

void score_all(const RunContext& run, const ProbeOptions& options, const ProbeRows& rows, const Predictions& all,
               EmbeddingProbe& probe) {
  for (const char* model : {"linear", "trees"}) {
    for (const std::string& name : ProbeInputs::names()) {
      const auto found = all.find({model, name});
      if (found == all.end()) continue;
      const auto& predictions = found->second;
      double sum = 0;
      for (const auto& one : predictions) sum += score_of(probe.kind, rows.labels, one);
      probe.scores.push_back({name, model, sum / static_cast<double>(predictions.size())});
      const std::string input = gaining_input(name);
      if (input.empty()) continue;
      probe.gains.push_back(
          {model, input, name,
           paired_group_bootstrap(probe.kind, rows.labels, all.at({model, input}), predictions, rows.groups,
                                  options.draws, static_cast<uint64_t>(run.config.seed))});
    }
  }
}

double number(const nlohmann::json& value) { return value.is_number() ? value.get<double>() : std::nan(""); }
nlohmann::json finite(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(); }

}  // namespace

EmbeddingProbe probe_embeddings(RunContext& run, const ProbeOptions& options) {
  ProbeInputs inputs(run, options.most_videos);
  const ProbeRows& rows = inputs.rows();
  EmbeddingProbe probe{.target = run.config.target,
                       .kind = score_kind_for(rows.labels),
                       .videos = rows.labels.size(),
                       .seeds = options.seeds,
                       .within_folds = options.within_folds};
  std::set<std::string> groups(rows.groups.begin(), rows.groups.end());
  probe.groups = groups.size();
  if (!options.within_folds) inputs.use_workspace_encoder();
  Predictions all;
  Progress progress("probe", static_cast<size_t>(options.folds) * static_cast<size_t>(options.seeds), "folds");
  for (int seed = 0; seed < options.seeds; ++seed) probe_seed(run, options, inputs, seed, progress, probe, all);
  progress.finish();
  score_all(run, options, rows, all, probe);
  return probe;
}

EmbeddingProbe stored_probe(RunContext& run, const ProbeOptions& options) {
  const std::string state = fingerprint(
      fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}", version, VisualEncoder::version(), run.visual_encoder(),
                  run.catalog.stage_state("ingest"), run.catalog.stage_state("pretrain"), run.config.target,
                  run.config.transform, run.config.split, run.config.seed, options.folds, options.seeds,
                  options.within_folds ? "within " + run.config.pretrain.canonical() : "outside"));
  const auto file = run.work.probe();
  if (run.catalog.stage_state("probe") == state && std::filesystem::exists(file))
    return EmbeddingProbe::from_json(parse_json(read_file(file), file));
  const EmbeddingProbe probe = probe_embeddings(run, options);
  write_file_atomically(file, dump_json(probe.to_json(), 2) + "\n");
  run.catalog.set_stage_state("probe", state);
  return probe;
}

std::string EmbeddingProbe::verdict() const {
  const auto gain_over = [&](const std::string& against, const std::string& model) -> PairedGain {
    for (const ProbeGain& gain : gains)
      if (gain.model == model && gain.against == against) return gain.gain;
    return {std::nan(""), std::nan(""), std::nan("")};
  };
  const PairedGain random = gain_over(ProbeInputs::random, "linear"), trees = gain_over(ProbeInputs::random, "trees"),
                   colour = gain_over(ProbeInputs::colour, "linear");
  if (!std::isfinite(random.gain)) return "It cannot be told whether pretraining helped: the labels do not vary.";
  std::string text = random.low > 0    ? "Pretraining helped: its embeddings beat the same network with random weights."
                     : random.high < 0 ? "Pretraining did harm: the same network with random weights does better."
                     : random.gain > 0
                         ? "Pretraining may have helped, but the gain over random weights is within chance."
                         : "Pretraining did not help: random weights do as well.";
  if (trees.low > 0 && random.low <= 0) text += " Trees do gain by it.";
  if (trees.high < 0 && random.high >= 0) text += " Trees lose by it.";
  if (colour.high < 0)
    text += " Colour histograms alone do better than the embeddings.";
  else if (colour.low <= 0)
    text += " The embeddings do not certainly beat colour histograms.";
  return text;
}

nlohmann::json EmbeddingProbe::to_json() const {
  nlohmann::json json{{"schema", 2},
                      {"target", target},
                      {"score", kind == ScoreKind::auc ? "auc" : "r2"},
                      {"videos", videos},
                      {"groups", groups},
                      {"folds", folds},
                      {"seeds", seeds},
                      {"pretrained_within_folds", within_folds},
                      {"verdict", verdict()}};
  json["scores"] = nlohmann::json::array();
  for (const ProbeScore& s : scores)
    json["scores"].push_back({{"input", s.input}, {"model", s.model}, {"score", finite(s.score)}});
  json["pretrained_gains"] = nlohmann::json::array();
  for (const ProbeGain& g : gains)
    json["pretrained_gains"].push_back({{"model", g.model},
                                        {"input", g.input},
                                        {"against", g.against},
                                        {"gain", finite(g.gain.gain)},
                                        {"low", finite(g.gain.low)},
                                        {"high", finite(g.gain.high)}});
  return json;
}

EmbeddingProbe EmbeddingProbe::from_json(const nlohmann::json& json) {
  try {
    EmbeddingProbe probe{.target = json.at("target").get<std::string>(),
                         .kind = json.at("score") == "auc" ? ScoreKind::auc : ScoreKind::r_squared,
                         .videos = json.at("videos").get<size_t>(),
                         .groups = json.at("groups").get<size_t>(),
                         .folds = json.at("folds").get<int>(),
                         .seeds = json.at("seeds").get<int>(),
                         .within_folds = json.at("pretrained_within_folds").get<bool>()};
    for (const auto& s : json.at("scores"))
      probe.scores.push_back({s.at("input"), s.at("model"), number(s.at("score"))});
    for (const auto& g : json.at("pretrained_gains"))
      probe.gains.push_back({g.at("model"),
                             g.at("input"),
                             g.at("against"),
                             {number(g.at("gain")), number(g.at("low")), number(g.at("high"))}});
    return probe;
  } catch (const nlohmann::json::exception&) {
    throw Error({.problem = "the stored probe of the embeddings is damaged", .advice = "remove report/probe.json"});
  }
}

std::string EmbeddingProbe::table() const {
  std::string text = fmt::format("{} of {} held out in {} folds over {} videos in {} groups, {} seed{}; {}.\n\n",
                                 name_of(kind), target, folds, videos, groups, seeds, seeds == 1 ? "" : "s",
                                 within_folds ? "the encoder never saw the held-out videos"
                                              : "the encoder has seen pixels of training videos, labels never");
  text += fmt::format("{:<30} {:>8} {:>8}   {:<26} {:<26}\n", "input", "linear", "trees", "pretrained gains (linear)",
                      "(trees), 95 % interval");
  for (const std::string& name : ProbeInputs::names()) {
    std::map<std::string, std::string> score, gain;
    if (std::ranges::none_of(scores, [&](const ProbeScore& s) { return s.input == name; })) continue;
    for (const ProbeScore& s : scores)
      if (s.input == name) score[s.model] = fmt::format("{:.3f}", s.score);
    for (const ProbeGain& g : gains)
      if (g.against == name)
        gain[g.model] = fmt::format("{:+.3f} ({:+.3f}, {:+.3f})", g.gain.gain, g.gain.low, g.gain.high);
    text += fmt::format("{:<30} {:>8} {:>8}   {:<26} {:<26}\n", name, score["linear"], score["trees"], gain["linear"],
                        gain["trees"]);
  }
  return text + "\n" + verdict() + "\n";
}

}  // namespace foreview
