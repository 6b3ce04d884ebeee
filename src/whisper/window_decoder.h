#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "whisper/decoding_options.h"
#include "whisper/side_by_side.h"
#include "whisper/whisper_model.h"

namespace foreview {

/// The language tokens' probabilities after <|startoftranscript|>, likeliest first. audio: [1, audio_context, width].
/// Empty for English-only models.
std::vector<std::pair<std::string, double>> detect_language(const WhisperModel& model, const at::Tensor& audio);

/// Start sequence with prompt and prefix: [<|startofprev|> prompt] <|startoftranscript|> [language task]
/// [<|notimestamps|>] [prefix]. Throws Error{usage} for unknown languages and tasks.
std::vector<int> initial_tokens(const WhisperModel& model, const DecodingOptions& options, const std::string& language);

/// Decodes one window, alone or beside others. audio: [1, audio_context, width].
DecodingResult decode_window(const WhisperModel& model, const at::Tensor& audio, const DecodingOptions& options,
                             SideBySide* beside = nullptr);

/// Bytes over bytes compressed by zlib; 1 for empty text.
double compression_ratio(const std::string& text);

}  // namespace foreview
