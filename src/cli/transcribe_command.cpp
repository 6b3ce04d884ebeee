#include <cstdio>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/pulled_whisper.h"
#include "core/interrupt.h"
#include "core/json.h"
#include "core/parallel.h"
#include "hub/model_cache.h"
#include "transcription/file_transcription.h"
#include "transcription/subtitles.h"

namespace foreview::cli {
namespace {

struct TranscribeRequest {
  std::vector<std::filesystem::path> files;
  std::string format = "txt", device = "auto";
  bool json = false;
  FileTranscriptionOptions options;
};

// Segments are written as they come, so that a long film can be read along.
class SegmentPrinter {
 public:
  explicit SegmentPrinter(const std::string& format) : format_(format) {
    if (format == "vtt") std::fputs("WEBVTT\n\n", stdout);
  }
  void print(const TranscriptSegment& segment) {
    if (format_ == "json") return;
    const std::string text = format_ == "srt"   ? subrip_cue(++number_, segment)
                             : format_ == "vtt" ? webvtt_cue(segment)
                                                : segment.text + "\n";
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

 private:
  std::string format_;
  size_t number_ = 0;
};

void transcribe_all(const TranscribeRequest& request) {
  const std::string format = request.json ? "json" : request.format;
  configure_torch(available_processors());
  FileTranscriber transcriber(request.options, resolve_device(request.device));
  size_t failures = 0;
  for (const auto& file : request.files) {
    throw_if_interrupted();
    try {
      SegmentPrinter printer(format);
      const FileTranscript transcript =
          transcriber.transcribe(file, [&](const TranscriptSegment& segment) { printer.print(segment); });
      if (format == "json") std::printf("%s\n", dump_json(transcript.to_json()).c_str());
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::failed) throw;
      std::fprintf(stderr, "foreview: %s\n", error.what());
      ++failures;
    }
  }
  if (failures == request.files.size())
    throw Error({.problem = "no file could be transcribed", .advice = "see the lines above"});
}

}  // namespace

void add_transcribe_command(CLI::App& app) {
  const auto request = std::make_shared<TranscribeRequest>();
  FileTranscriptionOptions& options = request->options;
  DecodingOptions& decoding = options.long_form.decoding;
  CLI::App* command = app.add_subcommand("transcribe", "what is said in a video or sound file, and when");
  command->add_option("FILE", request->files, "video or sound files")->required();
  command->add_option("--format", request->format, "txt, srt, vtt or json (default txt)")
      ->check(CLI::IsMember({"txt", "srt", "vtt", "json"}));
  command->add_flag("--json", request->json, "the same as --format json: one object a file and line");
  command->add_option(
      "--model", options.transcriber.whisper_model,
      "Whisper model: a Hugging Face folder, a ggml .bin, or the id of a pulled one (default: the only one that is "
      "pulled, else PocketSphinx)");
  command->add_option("--transcriber", options.transcriber.source,
                      "auto, whisper, pocketsphinx, sidecar or none (default auto; with --model whisper)");
  command->add_option("--language", decoding.language, "as in \"en\" (default: detected)");
  command->add_option("--task", decoding.task, "transcribe, or translate into English")
      ->check(CLI::IsMember({"transcribe", "translate"}));
  command->add_option("--beam-size", decoding.beam_size, "beams; 0 takes the likeliest token each time (default)")
      ->check(CLI::Range(0, 64));
  command->add_option("--patience", decoding.patience, "beam search waits for this many times as many results")
      ->check(CLI::Range(0.1, 10.0));
  command->add_option("--length-penalty", decoding.length_penalty, "alpha of Google NMT (default: by length)");
  command
      ->add_option("--temperature", options.long_form.temperatures,
                   "tried in turn until a window is good enough (default 0 0.2 0.4 0.6 0.8 1)")
      ->check(CLI::Range(0.0, 2.0));
  command->add_option("--prompt", options.prompt, "text that came before, for names and style");
  command->add_option("--max-tokens", decoding.sample_len, "most tokens of a 30 s window (default 224)")
      ->check(CLI::Range(1, 448));
  command->add_flag("--without-timestamps", decoding.without_timestamps, "text alone; windows of 30 s");
  command->add_option("--precision", options.transcriber.precision, "f32 (default), bf16 (faster, less exact) or auto (bf16 where the processor has it)")
      ->check(CLI::IsMember({"f32", "bf16", "auto"}));
  command->add_option("--device", request->device, "auto, cpu or cuda");
  command->callback([request] {
    TranscriberOptions& transcriber = request->options.transcriber;
    transcriber.whisper_model = model_location(hub_settings_from_environment(), transcriber.whisper_model);
    if (transcriber.source == "auto" && transcriber.whisper_model.empty()) {
      transcriber.whisper_model = pulled_whisper_model();
      request->options.subtitles_first = true;
    }
    transcribe_all(*request);
  });
}

}  // namespace foreview::cli
