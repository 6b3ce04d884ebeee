#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace foreview {

/// Words spoken by the program espeak-ng, without the silence around them. Each word is synthesised once and kept.
class SpeechSynthesizer {
 public:
  /// `sample_rate` of the result, samples per second. Throws Error when espeak-ng cannot be run.
  explicit SpeechSynthesizer(int sample_rate);

  /// Mono samples with a root mean square of 0.1; `pitch` 0 to 99 on espeak-ng's scale. Safe to call from many threads.
  std::shared_ptr<const std::vector<float>> say(const std::string& word, int pitch);

 private:
  int sample_rate_;
  std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::shared_ptr<const std::vector<float>>> spoken_;
};

}  // namespace foreview
