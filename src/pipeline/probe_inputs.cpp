#include "pipeline/probe_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/hash.h"
#include "core/interrupt.h"
#include "core/parallel.h"
#include "core/progress.h"
#include "dataset/target.h"
#include "foreview/error.h"
#include "visual/colour_histogram.h"
#include "visual/frame_scaling.h"
#include "visual/motion_statistics.h"
#include "visual/pretraining.h"
#include "visual/visual_encoder.h"

namespace foreview {
namespace {

constexpr size_t fewest_videos = 40;
constexpr int still_side = 8;  // cells of the single frame

std::string group_of(const RunConfig& config, const Video& video) {
  const std::string topic = config.split == "topic" ? video.record.text("topic") : "";
  if (!topic.empty()) return "topic " + topic;
  const std::string author = video.record.text("uploader_id");
  if (!author.empty()) return "author " + author;
  return video.copies.empty() ? "" : "copies " + video.copies;
}

ProbeMatrix matrix_of(const std::vector<std::vector<float>>& vectors, const std::vector<int>& block_of_column) {
  ProbeMatrix result{Matrix(vectors.size(), vectors.front().size()), block_of_column};
  if (block_of_column.empty()) result.block_of_column.assign(vectors.front().size(), 0);
  for (size_t r = 0; r < vectors.size(); ++r)
    for (size_t c = 0; c < vectors[r].size(); ++c) result.rows.at(r, c) = static_cast<double>(vectors[r][c]);
  return result;
}

std::vector<float> mean_over_clips(const TimedVectors& clips) {
  const auto dimension = static_cast<size_t>(clips.dimension);
  std::vector<float> mean(dimension, 0.0f);
  for (size_t i = 0; i < clips.values.size(); ++i)
    mean[i % dimension] += clips.values[i] / static_cast<float>(clips.count());
  return mean;
}

/// The middle frame as 8 x 8 colours: what can be told without time.
std::vector<float> single_frame(const Frames& frames) {
  const ScaledVideo small = scale_frames(frames, still_side, still_side);
  const size_t size = small.pixels.size() / small.frames;
  const auto first = small.pixels.begin() + static_cast<std::ptrdiff_t>(small.frames / 2 * size);
  return {first, first + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

const std::vector<std::string>& ProbeInputs::names() {
  static const std::vector<std::string> all = {
      pretrained,          random,         colour, motion, still, part(pretrained, 0), part(random, 0),
      part(pretrained, 1), part(random, 1)};
  return all;
}

std::string ProbeInputs::part(const std::string& name, int block) {
  return name + (block == 0 ? ", bottleneck" : ", motion states");
}

ProbeMatrix ProbeMatrix::only(int block) const {
  std::vector<size_t> columns;
  for (size_t c = 0; c < block_of_column.size(); ++c)
    if (block_of_column[c] == block) columns.push_back(c);
  ProbeMatrix part{Matrix(rows.rows, columns.size()), std::vector<int>(columns.size(), 0)};
  for (size_t r = 0; r < rows.rows; ++r)
    for (size_t c = 0; c < columns.size(); ++c) part.rows.at(r, c) = rows.at(r, columns[c]);
  return part;
}

ProbeInputs::ProbeInputs(RunContext& run, size_t most_videos) : run_(run) {
  read_rows(most_videos);
  measure_baselines();
}

void ProbeInputs::read_rows(size_t most_videos) {
  std::vector<Video> videos;
  std::set<std::string> seen;
  run_.catalog.for_each_video([&](Video video) {
    if (!video.label || !video.has_media() || !run_.store.has(run_.tracks_encoder(), video.content_hash)) return;
    if (!seen.insert(video.copies.empty() ? video.content_hash : video.copies).second) return;
    videos.push_back(std::move(video));
  });
  std::ranges::stable_sort(videos, {}, [](const Video& video) { return unit_hash("probe:" + video.content_hash); });
  std::vector<double> raw;
  for (const Video& video : videos) {
    if (rows_.hashes.size() >= most_videos) break;
    rows_.hashes.push_back(video.content_hash);
    rows_.groups.push_back(group_of(run_.config, video));
    raw.push_back(video.label->value);
  }
  if (raw.empty()) return;
  const Target target = resolve_target(run_.config.target, *transform_choice_from_name(run_.config.transform), raw);
  for (const double label : raw) rows_.labels.push_back(target.forward(label));
}

void ProbeInputs::measure_baselines() {
  std::vector<std::vector<float>> colours, motions, stills;
  ProbeRows kept;
  Progress progress("probe: baselines", rows_.hashes.size(), "videos");
  for (size_t i = 0; i < rows_.hashes.size(); ++i) {
    throw_if_interrupted();
    progress.advance();
    const Tracks tracks = read_tracks(run_.store.path(run_.tracks_encoder(), rows_.hashes[i]));
    if (!tracks.frames || tracks.frames->count() == 0) continue;
    colours.push_back(colour_histogram(*tracks.frames));
    motions.push_back(motion_statistics(*tracks.frames));
    stills.push_back(single_frame(*tracks.frames));
    kept.hashes.push_back(rows_.hashes[i]);
    kept.labels.push_back(rows_.labels[i]);
    kept.groups.push_back(rows_.groups[i]);
  }
  rows_ = std::move(kept);
  if (rows_.hashes.size() < fewest_videos)
    throw Error({.problem = "there are too few labelled videos with pictures to probe embeddings",
                 .expected = fmt::format("{}", fewest_videos),
                 .got = fmt::format("{}", rows_.hashes.size()),
                 .advice = "add videos with their numbers"});
  matrices_[colour] = matrix_of(colours, {});
  matrices_[motion] = matrix_of(motions, {});
  matrices_[still] = matrix_of(stills, {});
}

void ProbeInputs::embed_with(const std::filesystem::path& weights) {
  const VisualEncoder trained(weights, run_.device), first = VisualEncoder::untrained(weights, run_.device);
  const std::string folder = trained.fingerprint(), first_folder = first.fingerprint();
  std::vector<std::vector<float>> learnt(rows_.hashes.size()), drawn(rows_.hashes.size());
  Progress progress("probe: embed", rows_.hashes.size(), "videos");
  for_each_parallel(rows_.hashes.size(), run_.device.is_cuda() ? 1 : run_.workers, [&](size_t i, int) {
    throw_if_interrupted();
    const Tracks tracks = read_tracks(run_.store.path(run_.tracks_encoder(), rows_.hashes[i]));
    learnt[i] = mean_over_clips(trained.embed(*tracks.frames));
    drawn[i] = mean_over_clips(first.embed(*tracks.frames));
    progress.advance();
  });
  set_embedding(pretrained, matrix_of(learnt, trained.block_of_number()));
  set_embedding(random, matrix_of(drawn, first.block_of_number()));
}

void ProbeInputs::set_embedding(const std::string& name, ProbeMatrix matrix) {
  for (const int block : {0, 1}) {
    ProbeMatrix part = matrix.only(block);
    if (part.rows.cols > 0)
      matrices_[ProbeInputs::part(name, block)] = std::move(part);
    else
      matrices_.erase(ProbeInputs::part(name, block));
  }
  matrices_[name] = std::move(matrix);
}

void ProbeInputs::use_workspace_encoder() {
  if (run_.visual_encoder().empty())
    throw Error({.file = run_.work.root.string(),
                 .problem = "there is no visual encoder to probe",
                 .advice = "run: foreview pretrain --work " + run_.work.root.string()});
  embed_with(run_.work.encoder_weights());
}

void ProbeInputs::pretrain_without(const std::vector<size_t>& test, uint64_t seed) {
  std::set<size_t> held_out(test.begin(), test.end());
  std::vector<std::filesystem::path> train;
  std::string names;
  for (size_t row = 0; row < rows_.hashes.size(); ++row) {
    if (held_out.contains(row)) continue;
    train.push_back(run_.store.path(run_.tracks_encoder(), rows_.hashes[row]));
    names += rows_.hashes[row] + "\n";
  }
  const std::string state = fingerprint(fmt::format("{}|{}|{}|{}|{}", run_.config.pretrain.canonical(), seed,
                                                    run_.device.name, run_.tracks_encoder(), names));
  const auto folder = run_.work.encoder_weights().parent_path() / "probe";
  std::filesystem::create_directories(folder);
  const auto weights = folder / ("visual-" + state + ".safetensors");
  if (!std::filesystem::exists(weights))
    pretrain_visual(train, {}, run_.config.pretrain, seed, run_.device,
                    {.checkpoint = folder / ("checkpoint-" + state + ".safetensors")}, weights);
  embed_with(weights);
}

}  // namespace foreview
