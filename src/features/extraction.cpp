#include "features/extraction.h"

#include <set>

#include "foreview/error.h"

namespace foreview {

nlohmann::json ExtractionSettings::to_json() const {
  return {{"frames_per_second", sampling.frames_per_second},
          {"width", sampling.width},
          {"height", sampling.height},
          {"most_seconds", sampling.most_seconds},
          {"mode", sampling.mode},
          {"use", use.text()},
          {"fields", fields},
          {"transcriber", transcriber.source},
          {"recogniser", transcriber.recogniser()},
          {"whisper_model", transcriber.whisper_model},
          {"whisper_precision", transcriber.precision},
          {"whisper_language", transcriber.language},
          {"encoder_states", encoder_states},
          {"text_model", text_model},
          {"visual", visual}};
}

ExtractionSettings ExtractionSettings::from_json(const nlohmann::json& json, const std::filesystem::path& file) {
  ExtractionSettings settings;
  try {
    settings.sampling.frames_per_second = json.at("frames_per_second").get<double>();
    settings.sampling.width = json.at("width").get<int>();
    settings.sampling.height = json.at("height").get<int>();
    settings.sampling.most_seconds = json.at("most_seconds").get<double>();
    settings.sampling.mode = json.value("mode", std::string("exact"));  // what models without the word were made with
    settings.use = Modalities::parse(json.at("use").get<std::string>());
    settings.fields = json.value("fields", std::vector<std::string>());
    const std::string recogniser = json.at("recogniser").get<std::string>();
    // Models without the word were made when subtitles were not read.
    settings.transcriber.source = json.value("transcriber", recogniser);
    settings.transcriber.whisper_model = json.value("whisper_model", std::string());
    settings.transcriber.precision = json.value("whisper_precision", std::string("f32"));
    settings.transcriber.language = json.value("whisper_language", std::string());
    settings.encoder_states = json.value("encoder_states", 0);  // models without the word were made without them
    settings.text_model = json.value("text_model", std::string());
    settings.visual = json.at("visual").get<bool>();
  } catch (const nlohmann::json::exception&) {
    throw Error({.file = file.string(),
                 .problem = "the model's extraction settings are damaged",
                 .advice = "copy the model folder anew or train again"});
  }
  const SamplingOptions& s = settings.sampling;
  const bool sane = s.frames_per_second > 0 && s.frames_per_second <= 60 && s.width >= 16 && s.width <= 1024 &&
                    s.height >= 16 && s.height <= 1024 && s.most_seconds > 0 && s.most_seconds <= 36000 &&
                    (s.mode == "exact" || s.mode == "fast") && settings.encoder_states >= 0 &&
                    settings.encoder_states <= 65536;
  const std::set<std::string> sources = {"auto", "whisper", "pocketsphinx", "sidecar", "none"};
  if (!sane || !sources.contains(settings.transcriber.source))
    throw Error({.file = file.string(),
                 .problem = "the model's extraction settings are out of range",
                 .advice = "it may come from a newer foreview: update, or train again"});
  return settings;
}

}  // namespace foreview
