#pragma once

#include <pocketsphinx.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

// The PocketSphinx handle and one utterance through it. Internal to this folder.
namespace foreview {

struct PocketSphinxFree {
  void operator()(ps_decoder_t* decoder) const { ps_free(decoder); }
};
using PocketSphinxHandle = std::unique_ptr<ps_decoder_t, PocketSphinxFree>;

/// A word and its frames (100 a second) from the start of the utterance, both ends included.
struct RecognisedWord {
  std::string text;
  int first_frame = 0, last_frame = 0;
};

/// The model's files: acoustic model folder, language model, dictionary.
struct PocketSphinxModel {
  std::string acoustic, language_model, dictionary;
};
PocketSphinxModel pocketsphinx_model();

/// Every decoder setting that is not a path, as option and value.
const std::vector<std::string>& pocketsphinx_settings();

/// Throws Error naming the package when the model does not load.
PocketSphinxHandle open_pocketsphinx(const std::vector<std::string>& settings = pocketsphinx_settings());

/// 16 kHz samples of one utterance. Feature normalisation is over the whole utterance, so nothing of earlier ones
/// remains. Silences and noises are left out.
std::vector<RecognisedWord> recognise_utterance(ps_decoder_t& decoder, std::span<const int16_t> samples);

}  // namespace foreview
