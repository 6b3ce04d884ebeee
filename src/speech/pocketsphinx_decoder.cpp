#include "speech/pocketsphinx_decoder.h"

#include <sphinxbase/err.h>

#include <mutex>

#include "foreview/error.h"

namespace foreview {
namespace {

/// "read(2)" is the second pronunciation of "read".
std::string without_pronunciation(const std::string& word) {
  const size_t bracket = word.rfind('(');
  return bracket != std::string::npos && bracket > 0 && word.back() == ')' ? word.substr(0, bracket) : word;
}

/// <s>, </s>, <sil>, [NOISE], [SPEECH], ++UH++.
bool is_filler(const std::string& word) {
  return word.empty() || word.front() == '<' || word.front() == '[' || word.front() == '+';
}

[[noreturn]] void throw_missing_model() {
  throw Error({.file = pocketsphinx_model().acoustic,
               .problem = "the speech model could not be loaded",
               .advice = "install the Debian package pocketsphinx-en-us"});
}

}  // namespace

PocketSphinxModel pocketsphinx_model() {
  const std::string folder = "/usr/share/pocketsphinx/model/en-us/";  // Debian's pocketsphinx-en-us
  return {folder + "en-us", folder + "en-us.lm.bin", folder + "cmudict-en-us.dict"};
}

const std::vector<std::string>& pocketsphinx_settings() {
  static const std::vector<std::string> settings = {
      "-cmn",
      "batch",  // over the whole utterance: no state from one to the next
      "-remove_silence",
      "no",  // its own gate would shift the times
      "-remove_noise",
      "no",  // its running noise estimate depends on what came before
      // Measured by benchmark-pocketsphinx (docs/benchmarks.md, "Speech"):
      "-topn",
      "2",  // Gaussians that score a frame
      "-maxhmmpf",
      "10000",  // active HMMs a frame
      "-maxwpf",
      "10",  // word exits a frame
  };
  return settings;
}

PocketSphinxHandle open_pocketsphinx(const std::vector<std::string>& settings) {
  // The library's log and its loading are process-wide: one thread at a time.
  static std::mutex loading;
  const std::lock_guard lock(loading);
  err_set_logfp(nullptr);
  const PocketSphinxModel model = pocketsphinx_model();
  std::vector<std::string> words = {"foreview", "-hmm",           model.acoustic, "-lm",      model.language_model,
                                    "-dict",    model.dictionary, "-logfn",       "/dev/null"};
  words.insert(words.end(), settings.begin(), settings.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  cmd_ln_t* config =
      cmd_ln_parse_r(nullptr, ps_args(), static_cast<int>(arguments.size()), arguments.data(), /*strict=*/1);
  if (!config) throw_missing_model();
  PocketSphinxHandle decoder(ps_init(config));
  cmd_ln_free_r(config);
  if (!decoder) throw_missing_model();
  return decoder;
}

std::vector<RecognisedWord> recognise_utterance(ps_decoder_t& decoder, std::span<const int16_t> samples) {
  if (ps_start_stream(&decoder) < 0 || ps_start_utt(&decoder) < 0) {
    throw Error({.problem = "PocketSphinx did not start an utterance"});
  }
  const int frames = ps_process_raw(&decoder, samples.data(), samples.size(), /*no_search=*/0, /*full_utt=*/1);
  if (ps_end_utt(&decoder) < 0 || frames < 0) throw Error({.problem = "PocketSphinx could not decode the sound"});
  std::vector<RecognisedWord> words;
  for (ps_seg_t* segment = ps_seg_iter(&decoder); segment; segment = ps_seg_next(segment)) {
    RecognisedWord word{.text = without_pronunciation(ps_seg_word(segment))};
    ps_seg_frames(segment, &word.first_frame, &word.last_frame);
    if (!is_filler(word.text)) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace foreview
