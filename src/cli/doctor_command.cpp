#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "cli/command.h"
#include "core/parallel.h"
#include "core/text.h"
#include "foreview/version.h"
#include "hub/model_cache.h"
#include "media/decode_worker.h"
#include "media/describe.h"
#include "sample/speech_synthesis.h"
#include "speech/pocketsphinx_recogniser.h"
#include "tensors/device.h"

namespace foreview::cli {
namespace {

// Prints one line; a missing thing says what to do about it.
void line(bool fine, const std::string& name, const std::string& text) {
  std::printf("%-4s %-12s %s\n", fine ? "ok" : "MISS", name.c_str(), text.c_str());
}

bool check_worker() {
  try {
    line(true, "decoder", find_decode_worker().string());
    return true;
  } catch (const Error& error) {
    line(false, "decoder", error.what());
    return false;
  }
}

void check_speech_synthesis() {
  try {
    const SpeechSynthesizer speaker(16000);
    line(true, "espeak-ng", "found (only `foreview sample` needs it)");
  } catch (const Error& error) {
    line(false, "espeak-ng", std::string(error.what()) + " (only `foreview sample` needs it)");
  }
}

bool is_on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (const std::string& folder : split_text(path ? path : "", ':'))
    if (access((std::filesystem::path(folder) / program).c_str(), X_OK) == 0) return true;
  return false;
}

void check_browser() {
  const bool driver = is_on_path("chromedriver"), browser = is_on_path("chromium");
  const std::string found = driver && browser ? "chromium and chromedriver found"
                                              : std::string(driver ? "no chromium" : "no chromedriver") +
                                                    ": apt install chromium chromium-driver";
  line(driver && browser, "browser", found + " (only `foreview collect` needs it)");
}

std::string describe_pulled_models() {
  const HubSettings settings = hub_settings_from_environment();
  std::string names;
  for (const CachedModel& model : list_cached_models(settings)) names += (names.empty() ? "" : ", ") + model.id;
  return (names.empty() ? "none" : names) + " in " + settings.cache.string() + " (see foreview model)";
}

void diagnose() {
  std::printf("foreview %s, %d processor(s)\n", version(), available_processors());
  const bool worker = check_worker();
  line(true, "media", describe_ffmpeg());
  line(true, "torch", describe_torch());
  line(true, "device", resolve_device("auto").name + " would be used (--device auto)");
  const bool recogniser = PocketSphinxRecogniser::is_available();
  line(recogniser, "recogniser",
       recogniser ? "PocketSphinx, English, low accuracy"
                  : "none: spoken words are not used; apt install pocketsphinx-en-us");
  line(true, "whisper", "built in; name a model with --whisper-model (run) or --model (transcribe)");
  line(true, "models", describe_pulled_models());
  check_speech_synthesis();
  check_browser();
  if (!worker)
    throw Error({.problem = "this installation cannot decode videos", .advice = "see the lines marked MISS"});
}

}  // namespace

void add_doctor_command(CLI::App& app) {
  app.add_subcommand("doctor", "what is installed, what would be used, what to do about the rest")->callback(diagnose);
}

}  // namespace foreview::cli
