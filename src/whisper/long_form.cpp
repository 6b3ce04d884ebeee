#include "whisper/long_form.h"

#include <algorithm>
#include <limits>

#include "core/interrupt.h"
#include "core/utf8_text.h"

namespace foreview {
namespace {

constexpr double seconds_a_frame = 0.01, seconds_a_timestamp = 0.02;
constexpr int64_t frames_a_timestamp = 2;

bool needs_fallback(const DecodingResult& result, const LongFormOptions& options) {
  const bool unlikely = result.avg_logprob < options.logprob_threshold;
  if (unlikely && result.no_speech_prob > options.no_speech_threshold) return false;  // silence: no use trying again
  return unlikely || result.compression_ratio > options.compression_ratio_threshold;
}

bool is_silent(const DecodingResult& result, const LongFormOptions& options) {
  return result.no_speech_prob > options.no_speech_threshold && result.avg_logprob <= options.logprob_threshold;
}

/// Cuts a window's tokens into segments.
class WindowCutter {
 public:
  WindowCutter(const WindowTranscriber& windows, int64_t seek, int64_t frames)
      : windows_(windows), seek_(seek), frames_(frames) {}

  /// Returns by how many frames to go on.
  int64_t cut(const std::vector<int>& tokens, std::vector<WhisperSegment>& segments) const {
    const auto stamp = [&](size_t i) { return i < tokens.size() && tokens[i] >= windows_.timestamp_begin(); };
    const size_t n = tokens.size();
    const bool single_ending = n >= 2 && !stamp(n - 2) && stamp(n - 1);
    std::vector<size_t> cuts;  // behind the first of two timestamps in a row
    for (size_t i = 1; i < n; ++i)
      if (stamp(i - 1) && stamp(i)) cuts.push_back(i);
    if (cuts.empty()) return whole_window(tokens, segments);
    if (single_ending) cuts.push_back(n);
    size_t first = 0;
    for (const size_t end : cuts) {
      const std::vector<int> part(tokens.begin() + static_cast<std::ptrdiff_t>(first),
                                  tokens.begin() + static_cast<std::ptrdiff_t>(end));
      add(seconds(index(part.front())), seconds(index(part.back())), part, segments);
      first = end;
    }
    // What follows the last complete segment is decoded again with more sound behind it.
    return single_ending ? frames_ : std::max<int64_t>(1, index(tokens[first - 1]) * frames_a_timestamp);
  }

 private:
  int64_t index(int token) const { return std::max(0, token - windows_.timestamp_begin()); }
  double seconds(int64_t index) const {
    return static_cast<double>(seek_) * seconds_a_frame + static_cast<double>(index) * seconds_a_timestamp;
  }

  int64_t whole_window(const std::vector<int>& tokens, std::vector<WhisperSegment>& segments) const {
    const double start = static_cast<double>(seek_) * seconds_a_frame;
    double end = static_cast<double>(seek_ + frames_) * seconds_a_frame;
    const auto last =
        std::find_if(tokens.rbegin(), tokens.rend(), [&](int token) { return token > windows_.timestamp_begin(); });
    if (last != tokens.rend()) end = seconds(index(*last));
    add(start, end, tokens, segments);
    return frames_;
  }

  void add(double start, double end, const std::vector<int>& tokens, std::vector<WhisperSegment>& segments) const {
    const std::string text = strip_white_space(windows_.text_of(tokens));
    if (start < end && !text.empty()) segments.push_back({start, end, text, tokens});
  }

  const WindowTranscriber& windows_;
  int64_t seek_, frames_;
};

bool overlaps(const std::vector<std::array<double, 2>>& spans, double start, double end) {
  return std::any_of(spans.begin(), spans.end(), [&](const auto& span) { return span[0] < end && span[1] > start; });
}

}  // namespace

DecodingResult decode_with_fallback(WindowTranscriber& windows, int64_t seek, const LongFormOptions& options,
                                    DecodingOptions decoding) {
  DecodingResult best{.avg_logprob = -std::numeric_limits<double>::infinity()};
  for (const double temperature : options.temperatures) {
    throw_if_interrupted();
    decoding.temperature = temperature;
    DecodingResult result = windows.decode(seek, decoding);
    if (!needs_fallback(result, options)) return result;
    decoding.language = result.language;  // not to be detected again
    const bool repeats = result.compression_ratio > options.compression_ratio_threshold;
    const bool best_repeats = best.compression_ratio > options.compression_ratio_threshold;
    if (repeats != best_repeats ? best_repeats : result.avg_logprob > best.avg_logprob) best = std::move(result);
  }
  return best;
}

void transcribe_long_form(WindowTranscriber& windows, int64_t frames, const std::vector<std::array<double, 2>>& voiced,
                          const LongFormOptions& options, const std::function<void(const WhisperWindow&)>& on_window) {
  std::vector<int> said = options.initial_prompt;  // what the next window is told
  DecodingOptions decoding = options.decoding;
  for (int64_t seek = 0; seek < frames;) {
    throw_if_interrupted();
    const int64_t length = std::min(windows.window_frames(), frames - seek);
    WhisperWindow window{.start = static_cast<double>(seek) * seconds_a_frame};
    if (!overlaps(voiced, window.start, window.start + static_cast<double>(length) * seconds_a_frame)) {
      seek += length;
      continue;
    }
    decoding.prompt = said;
    window.result = decode_with_fallback(windows, seek, options, decoding);
    // The first voiced window tells the language of all.
    if (decoding.language.empty()) decoding.language = window.result.language;
    window.silent = is_silent(window.result, options);
    int64_t advance = length;
    if (!window.silent) advance = WindowCutter(windows, seek, length).cut(window.result.tokens, window.segments);
    std::erase_if(window.segments, [&](const auto& segment) { return !overlaps(voiced, segment.start, segment.end); });
    for (const WhisperSegment& segment : window.segments)
      for (const int token : segment.tokens)
        if (token != windows.end_of_text()) said.push_back(token);
    // What was guessed at a high temperature would mislead the next window.
    if (!options.condition_on_previous_text || window.result.temperature > 0.5) said.clear();
    on_window(window);
    seek += std::min(advance, length);
  }
}

}  // namespace foreview
