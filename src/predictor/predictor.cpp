#include "foreview/predictor.h"

#include <algorithm>

#include "core/files.h"
#include "core/parallel.h"
#include "core/scratch_folder.h"
#include "features/audio_tokens.h"
#include "features/extraction.h"
#include "features/frame_measures.h"
#include "features/text_vectors.h"
#include "foreview/error.h"
#include "media/decode_worker.h"
#include "regression/forecast_model.h"
#include "speech/audio_statistics.h"
#include "speech/sound_measures.h"
#include "tensors/device.h"
#include "transcription/sidecars.h"
#include "transcription/transcriber.h"
#include "visual/colour_histogram.h"
#include "visual/visual_encoder.h"

namespace foreview {
namespace {

/// The bundle's own copy, which must be the one that the model was trained with.
std::unique_ptr<SentenceEncoder> load_text_model(const std::filesystem::path& bundle, const std::string& expected,
                                                 const Device& device) {
  const auto folder = bundle / kBundledTextModel;
  const std::string got = sentence_model_fingerprint(folder);
  if (got != expected)
    throw Error({.file = folder.string(),
                 .problem = "this is not the text model that the model was trained with",
                 .expected = expected,
                 .got = got,
                 .advice = "copy the model folder anew or train again"});
  return std::make_unique<SentenceEncoder>(folder, device);
}

}  // namespace

struct Predictor::Impl {
  Device device;
  ForecastModel model;
  ExtractionSettings extraction;
  std::unique_ptr<VisualEncoder> visual;
  std::unique_ptr<Transcriber> transcriber;     // absent when speech is not used or its recogniser is not here
  std::unique_ptr<SentenceEncoder> text_model;  // absent when the model was trained without one
  std::unique_ptr<DecodeWorker> worker;
  int threads = 1;  // for decoding
  bool recogniser_is_missing = false;

  VideoFeatures features_of(const Tracks& tracks, const Record& record);
  Tracks decode(const std::filesystem::path& video);
};

Predictor::Predictor(const std::filesystem::path& model_folder) : Predictor(model_folder, Options{}) {}

Predictor::Predictor(const std::filesystem::path& model_folder, const Options& options) {
  if (!std::filesystem::is_directory(model_folder))
    throw Error({.file = model_folder.string(),
                 .problem = "no such model folder",
                 .advice = "make one with: foreview run DATA --work W (the model is W/model)"},
                ErrorKind::usage);
  configure_torch(options.threads > 0 ? options.threads : available_processors());
  const Device device = resolve_device(options.device);
  ForecastModel model = ForecastModel::load(model_folder, device);
  const auto& extra = model.extra();
  if (!extra.contains("extraction"))
    throw Error({.file = (model_folder / "model.json").string(),
                 .problem = "it does not say how features are taken",
                 .advice = "train again with this version"});
  const ExtractionSettings extraction =
      ExtractionSettings::from_json(extra.at("extraction"), model_folder / "model.json");
  impl_ = std::unique_ptr<Impl>(new Impl{device, std::move(model), extraction, nullptr, nullptr, nullptr, nullptr});
  impl_->threads = options.threads > 0 ? options.threads : available_processors();
  if (extraction.visual) impl_->visual = std::make_unique<VisualEncoder>(model_folder / "visual.safetensors", device);
  if (!extraction.text_model.empty()) impl_->text_model = load_text_model(model_folder, extraction.text_model, device);
  const TranscriberOptions& speech = extraction.transcriber;
  impl_->recogniser_is_missing = !speech.whisper_model.empty() && !std::filesystem::exists(speech.whisper_model);
  if (extraction.use.speech && !impl_->recogniser_is_missing && speech.recogniser() != "none")
    impl_->transcriber = std::make_unique<Transcriber>(speech, device);
}

Predictor::~Predictor() = default;
Predictor::Predictor(Predictor&&) noexcept = default;

Tracks Predictor::Impl::decode(const std::filesystem::path& video) {
  if (!std::filesystem::exists(video))
    throw Error({.file = video.string(), .problem = "no such file", .advice = "check the path"});
  if (!worker) worker = std::make_unique<DecodeWorker>();
  const ScratchFolder scratch;
  const auto output = scratch.path() / "tracks.safetensors";
  const DecodeOutcome outcome = worker->decode(std::filesystem::absolute(video), extraction.sampling, output, threads);
  if (!outcome.ok)
    throw Error(
        {.file = video.string(), .problem = outcome.reason, .advice = "try the original file, or another export"});
  return read_tracks(output);
}

// The same steps as the prepare and embed stages of a run, without the store.
VideoFeatures Predictor::Impl::features_of(const Tracks& tracks, const Record& record) {
  TimedVectors clips, segments;
  MeasuredNumbers measured;
  std::optional<Transcript> transcript;
  if (tracks.frames && extraction.use.visual) {
    if (visual) clips = visual->embed(*tracks.frames);
    measured.colour_histogram = colour_histogram(*tracks.frames);
    measured.measures = frame_measures(*tracks.frames);
  }
  if (tracks.waveform && extraction.use.audio) {
    segments = audio_statistics(*tracks.waveform);
    measured.sound = sound_measures(*tracks.waveform);
  }
  if (extraction.use.speech && extraction.transcriber.uses_sidecars()) transcript = Sidecars().find(record);
  TimedVectors states;
  if (transcriber && !transcript) {
    Recognised found{{.source = "none", .language = "", .segments = {}}, {}};
    if (tracks.waveform) found = transcriber->recognise(*tracks.waveform);
    transcript = std::move(found.transcript);
    states = std::move(found.audio);
  }
  segments = join_encoder_states(segments, states, extraction.encoder_states);
  double duration = 0;
  for (const auto* part : {&clips, &segments})
    for (const auto& span : part->spans) duration = std::max(duration, span[1]);
  VideoFeatures features = assemble_features(record, extraction.use, extraction.fields, std::move(clips),
                                             std::move(segments), std::move(transcript), std::move(measured),
                                             duration > 0 ? std::optional(duration) : std::nullopt);
  if (text_model) {
    std::vector<TimedVectors> words =
        text_vectors(*text_model, {caption_passages(features.caption), spoken_passages(features.transcript)});
    features.caption_vectors = std::move(words[0]);
    features.spoken_vectors = std::move(words[1]);
  }
  return features;
}

Forecast Predictor::predict(const std::filesystem::path& video, const VideoFacts& facts) {
  const Tracks tracks = impl_->decode(video);
  Record record;
  record.id = video.stem().string();
  record.file = video;
  if (!facts.caption.empty()) record.texts["description"] = facts.caption;
  if (!facts.uploader_id.empty()) record.texts["uploader_id"] = facts.uploader_id;
  for (const auto& [field, value] : facts.numbers) record.numbers[field] = Quantity::exact(value);
  Forecast forecast = impl_->model.forecast(impl_->features_of(tracks, record));
  forecast.video = video.string();
  const auto& extra = impl_->model.extra();
  if (extra.contains("held_out"))
    forecast.verdict = extra["held_out"].value("verdict", std::string("not evaluated"));
  else
    forecast.verdict = "not evaluated";
  for (const std::string& field : impl_->extraction.fields)
    if (!facts.numbers.contains(field))
      forecast.notes.push_back(field + " is not known: give it as " + field + "=NUMBER for a better forecast");
  for (const auto& note : tracks.notes) forecast.notes.push_back(note);
  if (!tracks.frames) forecast.notes.push_back("no video track: pixels are not part of this forecast");
  if (!tracks.waveform) forecast.notes.push_back("no audio track: sound and speech are not part of this forecast");
  if (impl_->extraction.use.speech && impl_->recogniser_is_missing)
    forecast.notes.push_back("the model was trained with spoken words" +
                             std::string(impl_->extraction.encoder_states > 0 ? " and encoder states" : "") +
                             " but its Whisper model is not here: " + impl_->extraction.transcriber.whisper_model);
  return forecast;
}

}  // namespace foreview
