#include <gtest/gtest.h>

#include <cstring>

#include "core/files.h"
#include "foreview/error.h"
#include "media/decode.h"
#include "media/media_examples.h"
#include "support/temporary_folder.h"

namespace foreview {
namespace {

/// A wav file of 32-bit floats. samples: [frames, channels]
std::string wav(const std::vector<float>& samples, int channels, int sample_rate) {
  const auto number = [](uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
    return text;
  };
  const auto size = static_cast<uint32_t>(samples.size() * sizeof(float));
  std::string bytes = "RIFF" + number(36 + size, 4) + "WAVEfmt " + number(16, 4) + number(3, 2) + number(channels, 2) +
                      number(sample_rate, 4) + number(static_cast<uint32_t>(sample_rate) * channels * 4, 4) +
                      number(channels * 4, 2) + number(32, 2) + "data" + number(size, 4);
  return bytes.append(reinterpret_cast<const char*>(samples.data()), size);
}

Waveform decoded(const std::string& bytes) {
  const testing::TemporaryFolder folder;
  write_file_atomically(folder.path() / "sound.wav", bytes);
  return decode_media(folder.path() / "sound.wav", {}).waveform.value();
}

TEST(AudioDecoder, AveragesAnyNumberOfChannels) {
  const std::vector<float> tone = testing::sine(300, 16000, 8000);
  for (const int channels : {1, 2, 3, 6, 8, 11}) {
    std::vector<float> samples;
    for (const float sample : tone)
      for (int c = 0; c < channels; ++c) samples.push_back(c == 0 ? sample : 0.1F);
    const Waveform waveform = decoded(wav(samples, channels, 16000));
    ASSERT_EQ(waveform.samples.size(), tone.size()) << channels;
    for (size_t i = 0; i < tone.size(); ++i)
      ASSERT_NEAR(waveform.samples[i], (tone[i] + 0.1F * (channels - 1)) / channels, 1e-5) << channels << " " << i;
  }
}

TEST(AudioDecoder, SamplesThatAreNoNumbersBecomeSilence) {
  std::vector<float> samples(16000, 0.25F);
  samples[100] = NAN;
  samples[200] = INFINITY;
  const Waveform waveform = decoded(wav(samples, 1, 16000));
  EXPECT_EQ(waveform.samples[100], 0);
  EXPECT_EQ(waveform.samples[200], 0);
  EXPECT_EQ(waveform.samples[300], 0.25F);
}

TEST(AudioDecoder, RatesThatCannotBeAreRefused) {
  const testing::TemporaryFolder folder;
  for (const int rate : {1, 2000000000}) {
    write_file_atomically(folder.path() / "sound.wav", wav(std::vector<float>(4000, 0.5F), 1, rate));
    EXPECT_THROW(decode_media(folder.path() / "sound.wav", {}), Error) << rate;
  }
}

}  // namespace
}  // namespace foreview
