#include "transcription/file_transcription.h"

#include "core/parallel.h"
#include "core/scratch_folder.h"
#include "foreview/error.h"
#include "media/decode_worker.h"
#include "speech/pocketsphinx_recogniser.h"
#include "speech/voice_gate.h"
#include "transcription/sidecars.h"

namespace foreview {

nlohmann::json FileTranscript::to_json() const {
  nlohmann::json json = transcript.to_json();
  json["file"] = file.string();
  json["duration"] = duration;
  json["text"] = transcript.text();
  json["no_speech"] = transcript.segments.empty();
  json["notes"] = notes;
  if (transcript.source != "whisper") return json;
  std::vector<int> tokens;
  json["windows"] = nlohmann::json::array();
  for (const WhisperWindow& window : windows) {
    const DecodingResult& result = window.result;
    tokens.insert(tokens.end(), result.tokens.begin(), result.tokens.end());
    json["windows"].push_back({{"start", window.start},
                               {"tokens", result.tokens},
                               {"text", result.text},
                               {"language", result.language},
                               {"temperature", result.temperature},
                               {"avg_logprob", result.avg_logprob},
                               {"no_speech_prob", result.no_speech_prob},
                               {"compression_ratio", result.compression_ratio},
                               {"silent", window.silent}});
  }
  json["tokens"] = tokens;
  return json;
}

struct FileTranscriber::Impl {
  FileTranscriptionOptions options;
  std::string recogniser;
  std::unique_ptr<WhisperModel> whisper;
  std::unique_ptr<PocketSphinxRecogniser> pocketsphinx;
  std::unique_ptr<DecodeWorker> worker;

  Tracks decode(const std::filesystem::path& file);
  void run_whisper(const Waveform& waveform, FileTranscript& result,
                   const std::function<void(const TranscriptSegment&)>& on_segment);
};

FileTranscriber::FileTranscriber(const FileTranscriptionOptions& options, const Device& device)
    : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
  TranscriberOptions& chosen = impl_->options.transcriber;
  // Who names a model wants it, whatever lies beside the file.
  if (chosen.source == "auto" && !chosen.whisper_model.empty() && !options.subtitles_first) chosen.source = "whisper";
  chosen.check();
  impl_->recogniser = chosen.recogniser();
  if (impl_->recogniser == "whisper") {
    impl_->whisper = std::make_unique<WhisperModel>(
        WhisperModel::load(chosen.whisper_model, device, resolve_precision(chosen.precision, device)));
    if (!options.prompt.empty())
      impl_->options.long_form.initial_prompt = impl_->whisper->tokenizer().encode(" " + options.prompt);
  }
  if (impl_->recogniser == "pocketsphinx") impl_->pocketsphinx = std::make_unique<PocketSphinxRecogniser>();
  if (impl_->recogniser == "none" && chosen.source == "auto")
    throw Error(
        {.problem = "no speech recogniser is here", .advice = "add --model DIR, or: apt install pocketsphinx-en-us"});
}

FileTranscriber::~FileTranscriber() = default;

Tracks FileTranscriber::Impl::decode(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file))
    throw Error({.file = file.string(), .problem = "no such file", .advice = "check the path"});
  if (!worker) worker = std::make_unique<DecodeWorker>();
  const ScratchFolder scratch;
  const auto output = scratch.path() / "tracks.safetensors";
  SamplingOptions sampling;
  sampling.most_seconds = 6 * 3600;
  sampling.video = false;
  const DecodeOutcome outcome =
      worker->decode(std::filesystem::absolute(file), sampling, output, available_processors());
  if (!outcome.ok) throw Error({.file = file.string(), .problem = outcome.reason, .advice = "try the original file"});
  return read_tracks(output);
}

void FileTranscriber::Impl::run_whisper(const Waveform& waveform, FileTranscript& result,
                                        const std::function<void(const TranscriptSegment&)>& on_segment) {
  WhisperTranscription found = transcribe_sound(*whisper, waveform.samples, speech_spans(waveform), options.long_form,
                                                [&](const WhisperWindow& window) {
                                                  std::vector<TranscriptSegment> segments;
                                                  append_segments(window, waveform.start, segments);
                                                  for (const TranscriptSegment& segment : segments) on_segment(segment);
                                                });
  result.transcript.language = found.language;
  result.windows = std::move(found.windows);
  for (const WhisperWindow& window : result.windows)
    append_segments(window, waveform.start, result.transcript.segments);
}

FileTranscript FileTranscriber::transcribe(const std::filesystem::path& file,
                                           const std::function<void(const TranscriptSegment&)>& on_segment) {
  FileTranscript result{.file = file, .transcript = {.source = impl_->recogniser, .language = "", .segments = {}}};
  if (impl_->options.transcriber.uses_sidecars()) {
    Record record;
    record.file = file;
    std::string problem;
    if (auto sidecar = Sidecars().find(record, &problem)) result.transcript = std::move(*sidecar);
    if (!problem.empty()) result.notes.push_back(problem);
    if (result.transcript.source == "sidecar") {
      for (const TranscriptSegment& segment : result.transcript.segments) on_segment(segment);
      return result;
    }
  }
  if (impl_->recogniser == "none") return result;
  const Tracks tracks = impl_->decode(file);
  result.notes.insert(result.notes.end(), tracks.notes.begin(), tracks.notes.end());
  if (!tracks.waveform) {
    result.notes.push_back("no audio track");
    return result;
  }
  result.duration = tracks.waveform->duration();
  if (impl_->whisper) {
    impl_->run_whisper(*tracks.waveform, result, on_segment);
  } else {
    result.transcript = impl_->pocketsphinx->transcribe(*tracks.waveform);
    for (const TranscriptSegment& segment : result.transcript.segments) on_segment(segment);
  }
  return result;
}

}  // namespace foreview
