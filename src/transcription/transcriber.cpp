#include "transcription/transcriber.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/hash.h"
#include "core/text.h"
#include "foreview/error.h"
#include "speech/pocketsphinx_recogniser.h"
#include "speech/voice_gate.h"

namespace foreview {
namespace {

constexpr const char* version = "recognised 1";  // goes up when the same settings would give other text

/// Name, size and time of every file of the model: hashing gigabytes at each start would take longer than a run's rest.
std::string model_fingerprint(const std::filesystem::path& path) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
  } else {
    files.push_back(path);
  }
  std::string text;
  for (const auto& file : files) {
    const auto size = std::filesystem::file_size(file, error);
    const std::string name = file.filename().string();
    if (error || (!name.ends_with(".json") && !name.ends_with(".txt") && !name.ends_with(".safetensors") &&
                  !name.ends_with(".bin")))
      continue;
    // Small files by their content, weights by size and first bytes: their header names every tensor.
    text += fmt::format("{} {} ", name, size);
    text += size < (8u << 20)
                ? sha256_file(file)
                : fmt::format("{}", std::filesystem::last_write_time(file, error).time_since_epoch().count());
    text += "\n";
  }
  return fingerprint(text);
}

/// Some more sounds than processors: while some are in the encoder, the others' decoders read the weights together. Their
/// keys and values take no more than a gigabyte.
int whisper_threads(const WhisperConfig& config, Precision precision, int processors) {
  constexpr int sounds_a_processor = 4;
  constexpr int64_t most_memory = 1 << 30;
  const int64_t numbers = 2LL * config.decoder_layers * (config.audio_context + config.text_context) * config.width;
  const int64_t each = numbers * (precision == Precision::f32 ? 4 : 2);
  return static_cast<int>(std::clamp<int64_t>(most_memory / each, processors, sounds_a_processor * processors));
}

}  // namespace

void TranscriberOptions::check() const {
  constexpr std::array sources = {"auto", "whisper", "pocketsphinx", "sidecar", "none"};
  if (std::find(sources.begin(), sources.end(), source) == sources.end())
    throw Error({.problem = "no such transcriber",
                 .expected = "auto, whisper, pocketsphinx, sidecar or none",
                 .got = clean_utf8(source)},
                ErrorKind::usage);
  resolve_precision(precision, Device{});
  if (source == "whisper" && whisper_model.empty())
    throw Error({.problem = "the transcriber whisper needs a model",
                 .advice = "add --whisper-model DIR, a copy of openai/whisper-base for example"},
                ErrorKind::usage);
  if (!whisper_model.empty() && !std::filesystem::exists(whisper_model))
    throw Error({.file = whisper_model, .problem = "no such Whisper model",
                 .advice = "check the path, or load one: foreview model pull openai/whisper-base"},
                ErrorKind::usage);
}

std::string TranscriberOptions::recogniser() const {
  if (source == "none" || source == "sidecar") return "none";
  if (source == "whisper" || (source == "auto" && !whisper_model.empty())) return "whisper";
  return PocketSphinxRecogniser::is_available() ? "pocketsphinx" : "none";
}

std::string TranscriberOptions::fingerprint() const {
  const std::string chosen = recogniser();
  std::string text = fmt::format("{}|{}", version, chosen);
  if (chosen == "whisper")
    text += fmt::format("|{}|{}|{}", model_fingerprint(whisper_model),
                        precision_name(resolve_precision(precision, Device{})), language);
  if (chosen == "pocketsphinx") text += "|" + PocketSphinxRecogniser::fingerprint();
  return foreview::fingerprint(text);
}

struct Transcriber::Impl {
  std::string language;
  int threads = 1;
  std::unique_ptr<WhisperModel> whisper;
  std::unique_ptr<SideBySide> side_by_side;
  std::vector<std::unique_ptr<PocketSphinxRecogniser>> pocketsphinx;  // one a thread
};

Transcriber::Transcriber(const TranscriberOptions& options, const Device& device, int processors)
    : impl_(std::make_unique<Impl>()) {
  options.check();
  impl_->language = options.language;
  impl_->threads = std::max(1, processors);
  const std::string chosen = options.recogniser();
  if (chosen == "whisper") {
    const Precision precision = resolve_precision(options.precision, device);
    impl_->whisper = std::make_unique<WhisperModel>(WhisperModel::load(options.whisper_model, device, precision));
    if (processors > 0) {
      impl_->side_by_side = std::make_unique<SideBySide>(*impl_->whisper, processors);
      impl_->threads = whisper_threads(impl_->whisper->config(), precision, processors);
    }
  }
  if (chosen == "pocketsphinx") impl_->pocketsphinx.resize(static_cast<size_t>(impl_->threads));
}

Transcriber::~Transcriber() = default;

int Transcriber::threads() const { return impl_->threads; }

void append_segments(const WhisperWindow& window, double offset, std::vector<TranscriptSegment>& segments) {
  for (const WhisperSegment& segment : window.segments)
    segments.push_back({segment.text, segment.start + offset, segment.end + offset});
}

Recognised Transcriber::recognise(const Waveform& waveform, int thread) {
  if (!impl_->pocketsphinx.empty()) {
    auto& recogniser = impl_->pocketsphinx[static_cast<size_t>(thread)];
    if (!recogniser) recogniser = std::make_unique<PocketSphinxRecogniser>();
    return {recogniser->transcribe(waveform), {}};
  }
  Recognised result{{.source = "none", .language = "", .segments = {}}, {}};
  if (!impl_->whisper) return result;
  result.transcript.source = "whisper";
  LongFormOptions options;
  options.decoding.language = impl_->language;
  WhisperTranscription found = transcribe_sound(*impl_->whisper, waveform.samples, speech_spans(waveform), options, {},
                                                impl_->side_by_side.get());
  result.transcript.language = found.language;
  for (const WhisperWindow& window : found.windows) append_segments(window, waveform.start, result.transcript.segments);
  result.audio = std::move(found.audio);
  return result;
}

}  // namespace foreview
