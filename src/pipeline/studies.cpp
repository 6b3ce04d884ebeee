#include "pipeline/studies.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/hash.h"
#include "core/log.h"
#include "core/text.h"
#include "pipeline/training_set.h"
#include "pipeline/trial_store.h"

namespace foreview {
namespace {

constexpr double shares[] = {0.1, 0.3};
constexpr size_t fewest_rows = 20;  // less is no point of a curve

/// Nothing of the author: one track is trained, in half the time. Authors stay together in the folds inside, as they
/// do in the run's own author-free model.
void forget_authors(TrainingSet& set) {
  const bool grouped =
      std::ranges::any_of(set.videos, [](const LabelledVideo& video) { return !video.fold_group.empty(); });
  for (LabelledVideo& video : set.videos) {
    if (!grouped) video.fold_group = video.features.author;
    video.features.author.clear();
    video.features.author_numbers.clear();
  }
}

/// The same videos first whatever the share, so that a larger part holds the smaller ones.
void keep_share(TrainingSet& set, double share) {
  std::ranges::stable_sort(set.videos, {}, [](const LabelledVideo& v) { return unit_hash("curve:" + v.features.id); });
  set.videos.resize(static_cast<size_t>(share * static_cast<double>(set.videos.size())));
}

Trial fit_final(RunContext& run, const TrainingSet& set, const Target& target, const Modalities& use,
                const std::string& name) {
  stage_line("evaluate", fmt::format("training anew: {} ({} videos)", name, set.videos.size()));
  const ForecastModel model = ForecastModel::train(set.videos, target, run.config.train,
                                                   static_cast<uint64_t>(run.config.seed), run.device);
  Trial trial{.predictions = {.name = name,
                              .role = ModelRole::final_model,
                              .track = Track::author_free,
                              .prediction = {},
                              .low = {},
                              .high = {}},
              .train = set.videos.size()};
  const auto is_final = [](const ModelName& one) {
    return one.role == ModelRole::final_model && one.track == Track::author_free;
  };
  const auto index = static_cast<size_t>(std::ranges::find_if(model.models(), is_final) - model.models().begin());
  for (const Prediction& one : model.predict(index, load_test_inputs(run, use).videos)) {
    trial.predictions.prediction.push_back(one.median);
    trial.predictions.low.push_back(one.low);
    trial.predictions.high.push_back(one.high);
  }
  return trial;
}

Variant variant_of(RunContext& run, Study study, const std::string& name, const Modalities& use, double share) {
  Trial trial = stored_trial(run, fmt::format("study-{}", name_of(study)), use.text() + fmt::format("|{}", share), [&] {
    TrainingSet set = load_training_set(run, use);
    const Target target = target_of(run.config, set.videos);
    forget_authors(set);
    if (share < 1) keep_share(set, share);
    if (set.videos.size() < fewest_rows) return Trial{};
    return fit_final(run, set, target, use, name);
  });
  trial.predictions.name = name;  // one trial may stand under two names
  return {.study = study, .train = static_cast<int>(trial.train), .predictions = std::move(trial.predictions)};
}

/// Token kinds that any training video has.
std::vector<std::string> kinds_present(RunContext& run) {
  std::set<std::string> present;
  for (const LabelledVideo& video : load_training_set(run, run.use).videos) {
    const VideoFeatures& f = video.features;
    if (f.visual.count() > 0 || !f.colour_histogram.empty()) present.insert("visual");
    if (f.audio.count() > 0) present.insert("audio");
    if (f.transcript && !f.transcript->segments.empty()) present.insert("speech");
    if (f.caption) present.insert("caption");
    if (!f.metadata.empty()) present.insert("metadata");
  }
  std::vector<std::string> kinds;
  for (const std::string& kind : split_text(run.use.text(), ','))
    if (present.contains(kind)) kinds.push_back(kind);
  return kinds;
}

void add_ablation(RunContext& run, std::vector<Variant>& variants) {
  const std::vector<std::string> kinds = kinds_present(run);
  if (kinds.size() < 2) return stage_line("evaluate", "ablation: there is one kind of input alone, nothing to leave out");
  for (const std::string& kind : kinds) {
    std::vector<std::string> others = kinds;
    std::erase(others, kind);
    variants.push_back(variant_of(run, Study::ablation, "without " + kind, Modalities::parse(join(others, ",")), 1));
  }
  for (const std::string& kind : kinds)
    variants.push_back(variant_of(run, Study::ablation, kind + " alone", Modalities::parse(kind), 1));
}

void add_learning_curve(RunContext& run, std::vector<Variant>& variants) {
  for (const double share : shares)
    variants.push_back(
        variant_of(run, Study::learning_curve, fmt::format("{:.0f} %", 100 * share), run.use, share));
}

}  // namespace

std::vector<Variant> study_trials(RunContext& run) {
  std::vector<Variant> variants;
  if (run.config.ablation) add_ablation(run, variants);
  if (run.config.learning_curve) add_learning_curve(run, variants);
  std::erase_if(variants, [](const Variant& variant) {
    if (variant.train > 0) return false;
    stage_line("evaluate", variant.predictions.name + " is left out: too few training videos");
    return true;
  });
  return variants;
}

}  // namespace foreview
