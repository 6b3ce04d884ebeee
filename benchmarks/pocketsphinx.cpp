// PocketSphinx's settings: word error rate and real-time factor (processor time over the sound's length, one core), for
// the program's settings, for the library's own, and for changes of one setting.
//   benchmark-pocketsphinx FILE.wav FILE.txt [FILE.wav FILE.txt ...]      a recording and what is said in it
//   benchmark-pocketsphinx --set "-beam 1e-40 -ds 2" FILE.wav ...         tries settings beside the program's
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <sstream>
#include <string>
#include <vector>

#include "core/files.h"
#include "foreview/error.h"
#include "media/decode.h"
#include "speech/pocketsphinx_decoder.h"
#include "speech/pocketsphinx_recogniser.h"
#include "speech/word_error_rate.h"

namespace {

using namespace foreview;

struct Recording {
  Waveform waveform;
  std::string said;
};

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// `settings` with each option of `changes` replaced or added.
std::vector<std::string> changed(std::vector<std::string> settings, const std::string& changes) {
  std::istringstream words(changes);
  for (std::string option, value; words >> option >> value;) {
    const auto found = std::ranges::find(settings, option);
    if (found != settings.end()) {
      *(found + 1) = value;
    } else {
      settings.insert(settings.end(), {option, value});
    }
  }
  return settings;
}

void measure(const std::string& name, const std::vector<std::string>& settings,
             const std::vector<Recording>& recordings) {
  PocketSphinxRecogniser recogniser(settings);
  WordErrors errors;
  double length = 0, used = 0;
  for (const Recording& recording : recordings) {
    const double start = processor_seconds();
    const std::string heard = recogniser.transcribe(recording.waveform).text();
    used += processor_seconds() - start;
    length += static_cast<double>(recording.waveform.samples.size()) / recording.waveform.sample_rate;
    errors += count_word_errors(recording.said, heard);
  }
  std::printf("%-40s %8.3f %16.3f %6zu %6zu %6zu\n", name.c_str(), errors.rate(), used / length, errors.substitutions,
              errors.deletions, errors.insertions);
  std::fflush(stdout);
}

int run(int argc, char** argv) {
  std::vector<std::string> tried;
  int first = 1;
  for (; first + 1 < argc && std::strcmp(argv[first], "--set") == 0; first += 2) tried.emplace_back(argv[first + 1]);
  if (first >= argc || (argc - first) % 2 != 0) {
    std::fprintf(stderr, "usage: benchmark-pocketsphinx [--set \"-option value ...\"] FILE.wav FILE.txt ...\n");
    return 2;
  }
  std::vector<Recording> recordings;
  for (int i = first; i + 1 < argc; i += 2) {
    const Tracks tracks = decode_media(argv[i], SamplingOptions{});
    if (!tracks.waveform) throw Error({.file = argv[i], .problem = "there is no sound in it"});
    recordings.push_back({*tracks.waveform, read_file(argv[i + 1])});
  }
  std::printf("%-40s %8s %16s %6s %6s %6s\n", "settings", "WER", "real-time factor", "sub", "del", "ins");
  measure("the program's", pocketsphinx_settings(), recordings);
  measure("no limits (-maxhmmpf 30000 -maxwpf -1)", changed(pocketsphinx_settings(), "-maxhmmpf 30000 -maxwpf -1"),
          recordings);
  measure("the library's own", {}, recordings);
  for (const std::string& changes : tried) measure(changes, changed(pocketsphinx_settings(), changes), recordings);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "benchmark-pocketsphinx: %s\n", error.what());
    return 1;
  }
}
